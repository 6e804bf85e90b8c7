"""Travel times between areas and sites: asked of a routing engine, or estimated and labelled so."""
