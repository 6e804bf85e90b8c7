// Numbers, shares, money and moments as each language writes them.
import { locale } from "./language";

const NOTHING = "–";
type Maybe = number | null | undefined;
const missing = (value: Maybe): value is null | undefined => value === null || value === undefined || Number.isNaN(value);

export function number(value: Maybe, decimals = 2): string {
  if (missing(value)) return NOTHING;
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: decimals }).format(value === 0 ? 0 : value);
}

// How many decimals a column of figures needs, so that they stand in line: none when all are whole.
export function decimalsFor(values: number[]): number {
  if (values.every(Number.isInteger)) return 0;
  const most = Math.max(...values.map(Math.abs));
  return most < 10 ? 2 : most < 1000 ? 1 : 0;
}

export const aligned = (value: number, decimals: number): string =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value === 0 ? 0 : value);

// As many decimals as a reader wants: none for large figures, two for small ones.
export const readable = (value: Maybe): string =>
  number(value, missing(value) || Math.abs(value) < 10 ? 2 : Math.abs(value) < 1000 ? 1 : 0);

export function signed(value: Maybe, decimals = 1): string {
  if (missing(value)) return NOTHING;
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: decimals, signDisplay: "exceptZero" }).format(value);
}

export const readableDifference = (value: Maybe): string =>
  signed(value, missing(value) || Math.abs(value) < 10 ? 2 : Math.abs(value) < 1000 ? 1 : 0);

export function share(value: Maybe, decimals = 1): string {
  if (missing(value)) return NOTHING;
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: decimals }).format(value);
}

// A probability is never rounded to certainty.
export function probability(value: Maybe): string {
  if (missing(value)) return NOTHING;
  if (value > 0.999) return `> ${share(0.999)}`;
  if (value < 0.001) return `< ${share(0.001)}`;
  return share(value);
}

export const moment = (text: string | null | undefined): string =>
  text ? new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(text)) : NOTHING;

export const day = (text: string | null | undefined): string =>
  text ? new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(new Date(`${text}T00:00:00`)) : NOTHING;

// For the clipboard: the language's decimal sign and no thousands, which is what a spreadsheet in that language reads.
export const plain = (value: number): string =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: 10, useGrouping: false }).format(value);

// Millions in words, for cards that are read at a glance.
const LARGE = 1_000_000;
const inMillions = (value: number, signDisplay: "auto" | "exceptZero"): string =>
  new Intl.NumberFormat(locale(), { notation: "compact", compactDisplay: "long", maximumSignificantDigits: 4, signDisplay }).format(value);

export const brief = (value: Maybe): string => (missing(value) || Math.abs(value) < LARGE ? readable(value) : inMillions(value, "auto"));
export const briefDifference = (value: Maybe): string =>
  missing(value) || Math.abs(value) < LARGE ? readableDifference(value) : inMillions(value, "exceptZero");
