"""CQL2 filters of layers: read as text or JSON into pygeofilter's tree, within bounds, and told row by row."""
