"""From open data as it is published to a data package: what to read stands in a recipe, what was assumed in a report."""
