"""Layers: plans, comparisons and datasets as map features, tiles and files, as OGC API has them."""
