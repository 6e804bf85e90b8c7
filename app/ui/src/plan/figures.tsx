// Key figures of a plan beside today's: one row per measure, with what changed and whether that is for the better.
import type { Measure, Outcome } from "../api/contract";
import { Table, type Cell } from "../parts/table";
import { brief, briefDifference, readableDifference } from "../words/numbers";
import { said, t } from "../words/words";

const FIRST = ["mean_minutes_per_case", "worst_minutes", "beyond_minutes", "sites", "changes", "operating_cost", "transition_cost", "adverse_outcomes", "travel_time"];
const NEITHER = new Set(["changes", "sites"]);
const MORE_IS_BETTER = new Set(["accessibility"]);

export const placeOf = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

export function inOrder(measures: Record<string, Measure>): [string, Measure][] {
  return Object.entries(measures)
    .filter(([name, { value }]) => name !== "unserved" || value !== 0)
    .sort(([a], [b]) => placeOf(a) - placeOf(b) || a.localeCompare(b));
}

// A sign and a word beside the colour, for who does not see the colour.
export function Change({ name, difference, brief: short }: { name: string; difference: number | null; brief?: boolean }) {
  if (difference === null) return <>–</>;
  if (short && difference === 0) return <span class="change">{t("the_same")}</span>;
  const better = MORE_IS_BETTER.has(name) ? difference > 0 : difference < 0;
  const tone = difference === 0 || NEITHER.has(name) ? "" : better ? "better" : "worse";
  return <span class={`change ${tone}`}>{short ? briefDifference(difference) : readableDifference(difference)}{tone && <span class="for-ears"> ({t(tone)})</span>}</span>;
}

export function FigureCards({ outcome }: { outcome: Outcome }) {
  const today = outcome.baseline?.measures ?? {};
  return (
    <dl class="cards-of-figures">
      {inOrder(outcome.measures ?? {}).filter(([name, { value }]) => value !== 0 || (today[name]?.value ?? 0) !== 0).slice(0, 6).map(([name, { value, unit }]) => {
        const before = today[name]?.value ?? null;
        return (
          <div key={name}>
            <dt>{said(name)}</dt>
            <dd>
              <span class="large">{brief(value)}</span> <span class="unit">{unitOf(unit)}</span>
              <span class="beside">{t("today_is", { value: brief(before) })} · <Change name={name} difference={minus(value, before)} brief /></span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

export function FigureTable({ outcome }: { outcome: Outcome }) {
  const today = outcome.baseline?.measures ?? {};
  const rows = inOrder(outcome.measures ?? {}).map(([name, { value, unit }]): Cell[] => {
    const before = today[name]?.value ?? null;
    const difference = minus(value, before);
    return [said(name), unitOf(unit), before, value, { value: difference, show: <Change name={name} difference={difference} /> }];
  });
  return (
    <Table
      caption={t("figures")} hideCaption mixed
      columns={[{ title: t("figure") }, { title: t("unit") }, { title: t("today"), numeric: true }, { title: t("plan"), numeric: true }, { title: t("difference"), numeric: true }]}
      rows={rows}
    />
  );
}

export const unitOf = (unit: string): string => (unit === "changes" ? t("changes_unit") : unit === "sites" ? t("sites_unit") : said(unit));
export const minus = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a === null || a === undefined || b === null || b === undefined ? null : a - b;
