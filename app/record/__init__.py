"""The record: what was decided on which grounds, chained so that no change goes unseen, and bundled so that others can check it."""
