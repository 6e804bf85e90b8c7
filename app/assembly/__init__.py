"""From plain tables to the arrays of a landscape, one file per kind of data."""
