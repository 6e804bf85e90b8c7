"""Why there is no plan: which rules cannot live together, and the smallest changes that would help."""
