// A plan on a map: areas coloured by a column, sites marked by what happens to them; drawn in metres, north up.
import { shape, element } from "./elements.js";
import { UNKNOWN, classes, colour, labels } from "./colours.js";
import { number, word } from "./words.js";

const rings = (geometry) => ({
  Polygon: (g) => g.coordinates,
  MultiPolygon: (g) => g.coordinates.flat(),
}[geometry?.type]?.(geometry) ?? []);

const path = (geometry) =>
  rings(geometry).map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(0)},${(-y).toFixed(0)}`).join("L")}Z`).join("");

function box(all) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const meet = ([x, y]) => {
    west = Math.min(west, x); east = Math.max(east, x); south = Math.min(south, y); north = Math.max(north, y);
  };
  for (const { geometry } of all) {
    if (geometry?.type === "Point") meet(geometry.coordinates);
    else for (const ring of rings(geometry)) ring.forEach(meet);
  }
  return [west, south, east, north];
}

const minutes = (value) => (value === null ? word("no_minutes") : `${number(value, 1)} ${word("minutes")}`);

function aboutArea({ name, area_id, minutes_today, minutes_plan, site_id_plan, cases_per_year }) {
  const who = name && name !== area_id ? `${name} (${area_id})` : area_id;
  return `${who}: ${word("today")} ${minutes(minutes_today)}, ${word("plan")} ${minutes(minutes_plan)} → ${site_id_plan ?? "–"}; ` +
    `${number(cases_per_year, 1)} ${word("cases")}`;
}

function aboutSite({ name, site_id, state, volume_today, volume_plan }) {
  return `${name ?? site_id}: ${word(state)}; ${word("today")} ${number(volume_today, 0)}, ${word("plan")} ${number(volume_plan, 0)} ${word("cases")}`;
}

// The map with its legend and a line that tells what is pointed at.
export function map(areas, sites, column) {
  const [west, south, east, north] = box([...areas, ...sites]);
  const span = Math.max(east - west, north - south, 1);
  const edge = span * 0.03;
  const told = element("p", { class: "told" }, word("point"));
  const tell = (text) => () => { told.textContent = text; };
  const chosen = classes(column);
  const drawnAreas = areas.map(({ geometry, properties }) => {
    const text = aboutArea(properties);
    const fill = colour(properties[column], chosen);
    const look = { fill, onpointerenter: tell(text) };
    if (geometry?.type === "Point") {
      const [x, y] = geometry.coordinates;
      return shape("circle", { cx: x, cy: -y, r: span * 0.008, ...look }, shape("title", {}, text));
    }
    return shape("path", { class: "area", d: path(geometry), ...look }, shape("title", {}, text));
  });
  const shown = ["never", "stays", "closes", "opens"];
  const drawnSites = sites.filter(({ geometry }) => geometry?.type === "Point")
    .sort((a, b) => shown.indexOf(a.properties.state) - shown.indexOf(b.properties.state))
    .map(({ geometry, properties }) => {
      const [x, y] = geometry.coordinates;
      const text = aboutSite(properties);
      const r = span * (properties.state === "never" ? 0.006 : 0.012);
      return shape("circle", { class: properties.state, cx: x, cy: -y, r, onpointerenter: tell(text) }, shape("title", {}, text));
    });
  const view = `${west - edge} ${-north - edge} ${east - west + 2 * edge} ${north - south + 2 * edge}`;
  return element("div", {},
    shape("svg", { class: "map", viewBox: view, role: "img", "aria-label": word("map") }, drawnAreas, drawnSites),
    told, legend(chosen));
}

function legend(chosen) {
  const square = (fill, text) =>
    element("li", {}, shape("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, shape("rect", { width: 10, height: 10, fill })), text);
  const dot = (state) =>
    element("li", {}, shape("svg", { class: "map key", viewBox: "0 0 10 10", "aria-hidden": "true" },
      shape("circle", { class: state, cx: 5, cy: 5, r: 3.6 })), word(state));
  const names = labels(chosen, number);
  return element("ul", { class: "legend" },
    chosen.colours.map((fill, place) => square(fill, names[place])), square(UNKNOWN, word("no_minutes")),
    ["stays", "opens", "closes", "never"].map(dot));
}
