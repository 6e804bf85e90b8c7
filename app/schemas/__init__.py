"""What the API gives and takes, as callers see it."""
