"""The first pages: runs, and one plan on a map; plain files that need nothing from elsewhere."""
