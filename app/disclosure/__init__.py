"""Disclosure: what people outside a workspace's planners see of observed counts."""
