// MapLibre itself: one style without glyphs, tiles or sprites, and the sources that follow what the page shows.
import {
  AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl,
  type ExpressionSpecification, type GeoJSONSource, type StyleSpecification,
} from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { t } from "../words/words";
import { boxOf, type Box } from "./boxes";
import { UNKNOWN, type Classes } from "./colours";
import { siteMarks } from "./marks";
import type { MapProps, Pointed } from "./region_map";

setWorkerUrl(workerUrl);

export interface View {
  center: [number, number];
  zoom: number;
}

export interface Drawn {
  setAreas: () => void;
  setValues: () => void;
  setSites: () => void;
  setLines: () => void;
  setView: (view: View | null) => void;
  fit: () => void;
  picture: () => Promise<Blob>;
  remove: () => void;
}

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const FONT = ["Open Sans", "Arial", "sans-serif"];

// The areas and their colours are in the style from the start: what is set later is cut and painted twice.
const styleOf = (areas: GeoJSON.FeatureCollection, classes: Classes): StyleSpecification => ({
  version: 8,
  sources: {
    areas: { type: "geojson", data: areas, promoteId: "area_id", tolerance: 0.5, buffer: 32 },
    lines: { type: "geojson", data: EMPTY },
    sites: { type: "geojson", data: EMPTY, promoteId: "site_id" },
  },
  layers: [
    { id: "ground", type: "background", paint: { "background-color": "#e9eef2" } },
    { id: "areas", type: "fill", source: "areas", filter: ["!=", ["geometry-type"], "Point"], paint: { "fill-color": fill(classes) } },
    {
      id: "edges", type: "line", source: "areas", filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": "#5b6670", "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.15, 9, 0.5, 12, 1], "line-opacity": 0.55 },
    },
    {
      id: "pointed", type: "line", source: "areas",
      paint: { "line-color": "#000000", "line-width": ["case", ["boolean", ["feature-state", "pointed"], false], 3, 0] },
    },
    {
      id: "area-points", type: "circle", source: "areas", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-color": fill(classes), "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 2, 10, 6], "circle-stroke-width": 0.5, "circle-stroke-color": "#5b6670" },
    },
    {
      id: "lines", type: "line", source: "lines", layout: { "line-cap": "round" },
      paint: { "line-color": "#5c0f4d", "line-opacity": 0.75, "line-width": ["interpolate", ["linear"], ["get", "weight"], 0, 0.8, 1, 7] },
    },
    {
      id: "names", type: "symbol", source: "sites", filter: ["!=", ["get", "state"], "never"],
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["top", "bottom", "right", "left"], "text-radial-offset": 1.7, "text-max-width": 9,
        "text-optional": true, "symbol-sort-key": ["-", ["get", "order"]],
      },
      paint: { "text-color": "#16181d", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
    },
    {
      id: "sites", type: "symbol", source: "sites",
      layout: {
        "icon-image": ["get", "state"], "icon-size": ["interpolate", ["linear"], ["zoom"], 6, ["*", ["get", "size"], 0.5], 9, ["get", "size"]], "icon-allow-overlap": true,
        "symbol-sort-key": ["get", "order"],
      },
    },
  ],
});

const ORDER = ["never", "stays", "closes", "opens", "lock_open", "lock_closed"];

const NONE = -1e9;

// The first values come with the areas, so that they are painted once; later ones take their place as states.
function fill({ breaks, colours }: Classes): ExpressionSpecification {
  const steps = breaks.flatMap((limit, place) => [limit, colours[place + 1] ?? UNKNOWN]);
  const value = ["number", ["feature-state", "value"], ["get", "value"], NONE];
  return ["step", value, UNKNOWN, NONE / 2, colours[0] ?? UNKNOWN, ...steps] as unknown as ExpressionSpecification;
}

const withValues = (areas: GeoJSON.FeatureCollection, values: MapProps["values"]): GeoJSON.FeatureCollection => ({
  ...areas,
  features: areas.features.map((each) => {
    const id: unknown = each.properties?.["area_id"];
    return { ...each, properties: { area_id: id, value: values.get(String(id)) ?? NONE } };
  }),
});

export function draw(place: HTMLElement, props: () => MapProps): Drawn {
  const first = props();
  const box = boxOf(first.areas, first.sites);
  const map = new MapLibre({
    container: place, style: styleOf(withValues(first.areas, first.values), first.classes), attributionControl: false,
    ...(box ? { bounds: box, fitBoundsOptions: { padding: 24 } } : { center: [5.4, 52.1], zoom: 6 }),
    dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0, maxZoom: 14, renderWorldCopies: false,
    locale: { "NavigationControl.ZoomIn": t("zoom_in"), "NavigationControl.ZoomOut": t("zoom_out"), "Map.Title": first.label },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.scrollZoom.disable();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.addControl(new AttributionControl({ compact: true, customAttribution: "" }));
  for (const [state, image] of siteMarks()) map.addImage(state, image, { pixelRatio: 2 });

  let ready = false;
  let pointed: string | null = null;
  let [cut, painted, valued] = [first.areas, first.classes, first.values];
  const source = (id: string) => map.getSource(id) as GeoJSONSource | undefined;

  function setAreas() {
    if (!ready || cut === props().areas) return;
    cut = props().areas;
    valued = props().values;
    map.removeFeatureState({ source: "areas" });
    source("areas")?.setData(withValues(cut, valued));
  }
  function setValues() {
    if (!ready) return;
    const { values, classes } = props();
    if (painted !== classes) {
      map.setPaintProperty("areas", "fill-color", fill(classes));
      map.setPaintProperty("area-points", "circle-color", fill(classes));
      painted = classes;
    }
    if (valued !== values) for (const [id, value] of values) map.setFeatureState({ source: "areas", id }, { value: value ?? NONE });
    valued = values;
    place.dataset["drawn"] = "";
    map.once("idle", () => {
      place.dataset["drawn"] = String(values.size);
      props().onDrawn?.();
    });
  }
  function setSites() {
    if (!ready) return;
    const features = props().sites.map(({ lon, lat, ...properties }) => ({
      type: "Feature" as const, geometry: { type: "Point" as const, coordinates: [lon, lat] },
      properties: { ...properties, order: ORDER.indexOf(properties.state) },
    }));
    source("sites")?.setData({ type: "FeatureCollection", features });
  }
  function setLines() {
    if (!ready) return;
    const features = (props().lines ?? []).map(({ from, to, weight }) => ({
      type: "Feature" as const, geometry: { type: "LineString" as const, coordinates: [from, to] }, properties: { weight },
    }));
    source("lines")?.setData({ type: "FeatureCollection", features });
  }
  function point(what: Pointed | null) {
    if (pointed !== null) map.setFeatureState({ source: "areas", id: pointed }, { pointed: false });
    pointed = what?.kind === "area" ? what.id : null;
    if (pointed !== null) map.setFeatureState({ source: "areas", id: pointed }, { pointed: true });
    props().onPoint?.(what);
  }
  function at(where: { x: number; y: number }): Pointed | null {
    const reach: [[number, number], [number, number]] = [[where.x - 4, where.y - 4], [where.x + 4, where.y + 4]];
    const [site] = map.queryRenderedFeatures(reach, { layers: ["sites"] });
    if (site) return { kind: "site", id: String(site.properties["site_id"]) };
    const [area] = map.queryRenderedFeatures([where.x, where.y], { layers: ["areas", "area-points"] });
    return area ? { kind: "area", id: String(area.properties["area_id"]) } : null;
  }
  map.on("load", () => {
    ready = true;
    setAreas();
    setSites();
    setLines();
    setValues();
    setView(props().view ?? null);
  });
  let last = "";
  map.on("mousemove", ({ point: where }) => {
    const what = at(where);
    map.getCanvas().style.cursor = what && (props().onPick || what.kind === "site") ? "pointer" : "";
    const key = what ? `${what.kind} ${what.id}` : "";
    if (key !== last) point(what);
    last = key;
  });
  map.on("mouseout", () => {
    last = "";
    point(null);
  });
  map.on("click", ({ point: where }) => {
    const what = at(where);
    if (!what) return;
    props().onPick?.(what);
    point(what);
  });
  // The wheel scrolls the page; with Ctrl, or once the map has the focus, it zooms.
  map.getCanvas().addEventListener("focus", () => map.scrollZoom.enable());
  map.getCanvas().addEventListener("blur", () => map.scrollZoom.disable());
  map.on("move", ({ originalEvent }) => {
    if (originalEvent) tellView();
  });
  const tellView = () => props().onMove?.({ center: map.getCenter().toArray() as [number, number], zoom: map.getZoom() });

  function setView(view: View | null) {
    if (!ready || !view) return;
    const here = map.getCenter();
    const same = Math.abs(here.lng - view.center[0]) < 1e-9 && Math.abs(here.lat - view.center[1]) < 1e-9;
    if (!same || Math.abs(map.getZoom() - view.zoom) > 1e-9) map.jumpTo(view);
  }
  const fit = () => {
    const whole: Box | null = boxOf(props().areas, props().sites);
    if (whole) map.fitBounds(whole, { padding: 24, animate: false });
    tellView();
  };
  return {
    setAreas, setValues, setSites, setLines, setView, fit,
    picture: () =>
      new Promise((done, fail) => {
        map.once("render", () => map.getCanvas().toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"));
        map.triggerRepaint();
      }),
    remove: () => map.remove(),
  };
}
