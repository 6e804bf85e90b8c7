"""The schema's past: append-only revisions, each of which begins with a sentence of why."""
