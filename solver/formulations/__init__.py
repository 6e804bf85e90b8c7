"""The ways in which one and the same policy is written for the solver."""
