"""What QGIS sees of the layers, told as JSON; run by the Python that QGIS is installed for, without a screen.

Usage: qgis_client.py TASK.json, a list of tasks {do: layer | project | tiles, ...}; one JSON line per task comes out.
"""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage


def layer(task):
    """One layer: how many features it has, whole, within a box, and by an expression; and where it lies."""
    opened = QgsVectorLayer(task["source"], "layer", task["provider"])
    if not opened.isValid():
        return {"valid": False, "error": opened.error().message()}
    extent = opened.extent()
    told = {
        "valid": True,
        "features": sum(1 for _ in opened.getFeatures()),
        "system": opened.crs().authid(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "fields": [field.name() for field in opened.fields()],
        "geometry": opened.geometryType(),
        "with_shape": sum(1 for feature in opened.getFeatures() if feature.hasGeometry()),
    }
    if "box" in task:
        request = QgsFeatureRequest().setFilterRect(QgsRectangle(*task["box"]))
        told["in_box"] = sum(1 for _ in opened.getFeatures(request))
    if "expression" in task:
        request = QgsFeatureRequest().setFilterExpression(task["expression"])
        told["by_expression"] = sum(1 for _ in opened.getFeatures(request))
    return told


def project(task):
    """A project: its layers with their legends, and a picture of those that are to be seen."""
    opened = QgsProject.instance()
    opened.clear()
    if not opened.read(task["path"]):
        return {"read": False, "error": opened.error()}
    root = opened.layerTreeRoot()
    told = {"read": True, "system": opened.crs().authid(), "layers": []}
    for node in root.findLayers():
        each = node.layer()
        told["layers"].append(
            {
                "name": node.name(),
                "group": node.parent().name(),
                "valid": each is not None and each.isValid(),
                "features": sum(1 for _ in each.getFeatures()) if each is not None and each.isValid() else 0,
                "visible": node.isVisible(),
                "legend": [rule.label() for rule in each.renderer().rootRule().children()] if each is not None else [],
            }
        )
    visible = [layer for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible()]
    told["colours"] = drawn(visible, opened.crs(), task["box"], task["picture"])
    return told


def tiles(task):
    """Vector tiles in the colours of the service's own style: a picture of them."""
    address = task["tiles"].replace("{", "%7B").replace("}", "%7D")
    opened = QgsVectorTileLayer(f"type=xyz&url={address}&zmin=0&zmax=16", "tiles")
    document = Xml.parse(task["qml"]).getroot()
    colours = {
        symbol.get("name"): option.get("value")
        for symbol in document.iter("symbol")
        for option in symbol.iter("Option")
        if option.get("name") == "color"
    }
    styles = []
    for rule in document.iter("rule"):
        style = QgsVectorTileBasicRendererStyle(rule.get("label"), task["layer"], QgsWkbTypes.PolygonGeometry)
        style.setSymbol(QgsFillSymbol.createSimple({"color": colours[rule.get("symbol")], "outline_style": "no"}))
        style.setFilterExpression(rule.get("filter").replace("ELSE", task["column"] + " IS NULL"))
        styles.append(style)
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles(styles)
    opened.setRenderer(renderer)
    system = QgsCoordinateReferenceSystem("EPSG:3857")
    return {"valid": opened.isValid(), "colours": drawn([opened], system, task["box"], task["picture"])}


def drawn(layers, system, box, path):
    """Draws the layers over a box (longitude, latitude) and tells how many points have each colour."""
    world = QgsCoordinateReferenceSystem("EPSG:4326")
    transform = QgsCoordinateTransform(world, system, QgsProject.instance())
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(system)
    settings.setExtent(transform.transformBoundingBox(QgsRectangle(*box)))
    settings.setOutputSize(QSize(700, 800))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("#ffffff"))
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    picture.save(path)
    plain = picture.convertToFormat(QImage.Format_RGB32)
    counted = {}
    for y in range(plain.height()):
        for x in range(plain.width()):
            colour = QColor(plain.pixel(x, y)).name()
            counted[colour] = counted.get(colour, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: -pair[1])[:120])


def main():
    """Does each task in turn."""
    application = QgsApplication([], False)
    application.initQgis()
    for task in json.loads(Path(sys.argv[1]).read_text()):
        told = {"layer": layer, "project": project, "tiles": tiles}[task["do"]](task)
        print(json.dumps(told), flush=True)
    QgsProject.instance().clear()
    application.exitQgis()


main()
