// A region as the pages know it: the dataset's summary, the shapes of its areas, and the names of its parts.
import { language } from "../words/language";
import { said, t } from "../words/words";
import type { Row, Summary } from "./contract";
import { features, summary } from "./workspace";

export interface Region {
  datasetId: string;
  summary: Summary;
  areas: GeoJSON.FeatureCollection;
  places: ReadonlyMap<string, [number, number]>;
}

const kept = new Map<string, Promise<Region>>();

export function region(datasetId: string): Promise<Region> {
  const known = kept.get(datasetId);
  if (known) return known;
  const made = load(datasetId);
  kept.set(datasetId, made);
  made.catch(() => kept.delete(datasetId));
  return made;
}

async function load(datasetId: string): Promise<Region> {
  void import("../map/drawn_map"); // on its way while the data are
  const [told, shapes] = await Promise.all([summary(datasetId), features<Row>(`dataset-${datasetId}-areas`)]);
  const drawn = shapes.filter((each): each is GeoJSON.Feature<GeoJSON.Geometry, Row> => each.geometry !== null);
  return {
    datasetId,
    summary: told,
    areas: { type: "FeatureCollection", features: drawn },
    places: new Map(drawn.map(({ geometry, properties }) => [String(properties["area_id"]), middleOf(geometry)])),
  };
}

// Some point in or near the area, for lines that begin there: the mean of its outer ring.
function middleOf(geometry: GeoJSON.Geometry): [number, number] {
  const ring =
    geometry.type === "Polygon" ? geometry.coordinates[0]
    : geometry.type === "MultiPolygon" ? geometry.coordinates.flatMap(([outer]) => outer ?? [])
    : geometry.type === "Point" ? [geometry.coordinates] : [];
  const sum = (ring ?? []).reduce<[number, number]>(([x, y], [a = 0, b = 0]) => [x + a, y + b], [0, 0]);
  const count = Math.max(1, ring?.length ?? 1);
  return [sum[0] / count, sum[1] / count];
}

// Inhabitants per area, for maps that show where people live.
export const populations = (where: Region): Map<string, number | null> =>
  new Map(where.areas.features.map(({ properties }) => {
    const people: unknown = properties?.["population"];
    return [String(properties?.["area_id"]), typeof people === "number" ? people : null];
  }));

const found = (rows: Row[], key: string, id: string) => rows.find((row) => row[key] === id);
const text = (value: unknown): string | null => (typeof value === "string" && value ? value : null);

export function careName(told: Summary, id: string | null | undefined): string {
  const row = id ? found(told.care_types, "care_type_id", id) : undefined;
  const own = language() === "nl" ? text(row?.["name_nl"]) : null;
  return own ?? text(row?.["name"]) ?? id ?? "–";
}

export const siteName = (told: Summary, id: string | null | undefined): string =>
  (id ? text(found(told.sites, "site_id", id)?.["name"]) : null) ?? id ?? "–";

export const organisationName = (told: Summary, id: string | null | undefined): string =>
  (id ? text(found(told.organisations, "organisation_id", id)?.["name"]) : null) ?? id ?? "–";

export const periodName = (told: Summary, id: string | null | undefined): string => {
  const row = id ? found(told.periods, "period_id", id) : undefined;
  return text(row?.["name"]) ?? said(id);
};

export const futureName = (told: Summary, id: string): string =>
  text(found(told.futures, "future_id", id)?.["name"]) ?? said(id);

export const resourceName = (told: Summary, id: string): string =>
  text(found(told.resources, "resource_id", id)?.["name"]) ?? id;

// Whatever a norm is about: a site, an organisation, a region, everybody.
export function subjectName(told: Summary, id: string): string {
  if (found(told.sites, "site_id", id)) return siteName(told, id);
  if (found(told.organisations, "organisation_id", id)) return organisationName(told, id);
  return id === "*" ? t("whole") : said(id);
}
