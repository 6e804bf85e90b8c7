// The box around what a map shows: west, south, east, north.
export type Box = [number, number, number, number];

export function boxOf(areas: GeoJSON.FeatureCollection, sites: readonly { lon: number; lat: number }[]): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const meet = (x: number, y: number) => {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  };
  const walk = (coordinates: unknown): void => {
    if (!Array.isArray(coordinates)) return;
    const [x, y] = coordinates as unknown[];
    if (typeof x === "number" && typeof y === "number") meet(x, y);
    else coordinates.forEach(walk);
  };
  for (const { geometry } of areas.features) if (geometry && "coordinates" in geometry) walk(geometry.coordinates);
  for (const { lon, lat } of sites) meet(lon, lat);
  return box.every(Number.isFinite) ? box : null;
}
