"""The re-check of an outcome against what the tables say, part by part."""
