"""Each rule: a plan that keeps it, one that breaks it, its boundary, its rows, and what softness does to it."""
