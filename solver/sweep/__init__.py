"""Moving one limit through a range: where the best plan changes, and what each step of the limit costs."""
