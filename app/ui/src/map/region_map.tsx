// The map: areas coloured by a value, sites by what happens to them, flows of what is pointed at; no tiles from elsewhere.
import { useEffect, useRef } from "preact/hooks";
import type { Language } from "../words/language";
import type { Classes } from "./colours";
import type { Drawn, View } from "./drawn_map";

export interface MapSite {
  site_id: string;
  name: string;
  lon: number;
  lat: number;
  state: string;
  size: number;
}

export interface Line {
  from: [number, number];
  to: [number, number];
  weight: number;
}

export interface Pointed {
  kind: "area" | "site";
  id: string;
}

export interface MapProps {
  label: string;
  areas: GeoJSON.FeatureCollection;
  values: ReadonlyMap<string, number | null>;
  classes: Classes;
  sites: MapSite[];
  lines?: Line[];
  chosen?: Pointed | null;
  language?: Language;
  onPoint?: (what: Pointed | null) => void;
  onPick?: (what: Pointed) => void;
  onMove?: (view: View) => void;
  view?: View | null;
  onReady?: (drawn: Drawn) => void;
  onDrawn?: (() => void) | undefined;
  small?: boolean;
}

// MapLibre is fetched when the first map is shown; until it has drawn, the place says so.
export function RegionMap(props: MapProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    let gone = false;
    void import("./drawn_map").then(({ draw }) => {
      if (gone || !place.current) return;
      drawn.current = draw(place.current, () => latest.current);
      latest.current.onReady?.(drawn.current);
    });
    return () => {
      gone = true;
      drawn.current?.remove();
      drawn.current = null;
    };
  }, []);
  useEffect(() => drawn.current?.setAreas(), [props.areas]);
  useEffect(() => drawn.current?.setValues(), [props.values, props.classes, props.areas]);
  useEffect(() => drawn.current?.setSites(), [props.sites]);
  useEffect(() => drawn.current?.setLines(), [props.lines]);
  useEffect(() => drawn.current?.setView(props.view ?? null), [props.view]);

  return <div ref={place} class={`map ${props.small ? "small" : ""}`} role="group" aria-label={props.label} />;
}
