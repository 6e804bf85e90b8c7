"""How layers are drawn: classes with colours that the colour-blind can tell apart, for QGIS and for MapLibre."""
