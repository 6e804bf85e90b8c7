"""One reader per file format; each gives raw tables, cells as written, and never trusts the file."""
