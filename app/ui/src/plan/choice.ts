// Which care type, period and look a map shows, as the address says it; what it does not say has a sensible default.
import type { Outcome } from "../api/contract";
import { careName, periodName, type Region } from "../api/region";
import type { Chosen } from "../api/workspace";
import type { Look } from "../map/colours";
import type { Choice } from "../parts/controls";
import { said, t } from "../words/words";

export const LOOKS: Look[] = ["minutes_plan", "minutes_today", "minutes_difference", "population"];

export interface MapChoice extends Chosen {
  look: Look;
  group: string;
}

interface Offered {
  care_types: string[];
  periods: string[];
}

export function chosenOf(query: Readonly<Record<string, string>>, { care_types, periods }: Offered, groups: string[] = [], changed?: string): MapChoice {
  const one = (given: string | undefined, known: string[], otherwise?: string) =>
    given && known.includes(given) ? given : (otherwise ?? known[0] ?? "");
  return {
    care_type_id: one(query["care"], care_types, changed),
    period: one(query["period"], periods, periods.at(-1)),
    look: one(query["look"], LOOKS) as Look,
    group: one(query["group"], groups, ""),
  };
}

export const careChoices = (where: Region, ids: string[]): Choice[] =>
  ids.map((value) => ({ value, label: careName(where.summary, value) })).sort((a, b) => a.label.localeCompare(b.label));
export const periodChoices = (where: Region, ids: string[]): Choice[] =>
  ids.map((value) => ({ value, label: periodName(where.summary, value) }));
export const groupChoices = (groups: string[]): Choice[] =>
  [{ value: "", label: t("everybody") }, ...groups.map((value) => ({ value, label: said(value) }))];
// The column of an area's values that counts the inhabitants of a group; all inhabitants without one.
export const inhabitantsColumn = (group: string): string =>
  group ? `inhabitants_${group.toLowerCase().replace(/[^0-9a-z]+/g, "_").replace(/^_+|_+$/g, "")}` : "population";
export const lookChoices = (): Choice[] => LOOKS.map((value) => ({ value, label: said(value) }));

// The care type to begin with: one in which something changes.
export function firstChanged(outcome: Outcome): string | undefined {
  const key = (offer: { site_id: string; care_type_id: string }) => `${offer.site_id} ${offer.care_type_id}`;
  const today = new Set((outcome.baseline?.plan.offers ?? []).map(key));
  const then = new Set((outcome.plan?.offers ?? []).map(key));
  const gone = outcome.baseline?.plan.offers.find((offer) => !then.has(key(offer)));
  return gone?.care_type_id ?? outcome.plan?.offers.find((offer) => !today.has(key(offer)))?.care_type_id;
}
