"""Probing: what must stay open, what cannot, and what closes with what, before any search for nearest patients begins."""
