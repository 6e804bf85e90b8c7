// Colours that the colour-blind can tell apart: one ramp for minutes, a two-sided one for differences.
const RAMP = ["#fff7d6", "#fde0a1", "#fbb76b", "#ef8354", "#cf4f4f", "#97295c", "#54115a"];
const BETTER = ["#0f5a8c", "#5b9fc9", "#b9d9ec"];
const SAME = "#f4f4f0";
const WORSE = ["#f7cf9d", "#e08a3c", "#a04a08"];
export const UNKNOWN = "#c9d1d8";

const MINUTES = [5, 10, 15, 20, 30, 45];
const DIFFERENCES = [-15, -5, -0.05, 0.05, 5, 15];

// Classes for a column: limits, a colour for each class, and their order from low to high.
export function classes(column) {
  if (column === "minutes_difference") return { limits: DIFFERENCES, colours: [...BETTER, SAME, ...WORSE] };
  return { limits: MINUTES, colours: RAMP };
}

export function colour(value, { limits, colours }) {
  if (value === null || value === undefined) return UNKNOWN;
  const place = limits.findIndex((limit) => value < limit);
  return colours[place === -1 ? colours.length - 1 : place];
}

export function labels({ limits }, number) {
  const said = limits.map((limit) => number(Math.abs(limit) < 1 ? 0 : limit, 0));
  return [`< ${said[0]}`, ...said.slice(1).map((upper, place) => (upper === said[place] ? upper : `${said[place]} – ${upper}`)), `≥ ${said.at(-1)}`];
}
