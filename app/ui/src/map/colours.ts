// Colours of the map: classes that people with every kind of colour vision can tell apart, the same in every map.
export type Look = "minutes_plan" | "minutes_today" | "minutes_difference" | "population";

export interface Classes {
  breaks: readonly number[];
  colours: readonly string[];
}

export const UNKNOWN = "#ffffff";

// Light to dark: light is near. One colour more than there are breaks.
const MINUTES: Classes = {
  breaks: [5, 10, 15, 20, 30, 45],
  colours: ["#f7fcf0", "#d5efcf", "#a8ddb5", "#6cc1c8", "#3a93c3", "#1c5c9e", "#08234d"],
};

// Blue is shorter, orange is longer, grey stays.
const DIFFERENCE: Classes = {
  breaks: [-10, -5, -0.5, 0.5, 5, 10, 20],
  colours: ["#1a4f9c", "#5b93cf", "#b3d1ec", "#efefef", "#fdd49e", "#f79a45", "#c4560a", "#702a00"],
};

const POPULATION: Classes = {
  breaks: [500, 1000, 2500, 5000, 10000, 20000],
  colours: ["#fbf7fc", "#e6d9ee", "#cdb4dd", "#b08cc8", "#8f63ae", "#6d3d90", "#43155e"],
};

export const CLASSES: Record<Look, Classes> = {
  minutes_plan: MINUTES,
  minutes_today: MINUTES,
  minutes_difference: DIFFERENCE,
  population: POPULATION,
};

export function colourOf(value: number | null | undefined, { breaks, colours }: Classes): string {
  if (value === null || value === undefined) return UNKNOWN;
  const place = breaks.findIndex((limit) => value < limit);
  return colours[place === -1 ? breaks.length : place] ?? UNKNOWN;
}

// Sites differ in shape as well as in colour.
export const STATE_COLOURS = { stays: "#16181d", opens: "#0b7a5b", closes: "#b3134b", never: "#767676" } as const;
