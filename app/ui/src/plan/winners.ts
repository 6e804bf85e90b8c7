// Sums per group of areas and per organisation; areas outside the region do not count.
import type { AreaValues, Volume } from "../api/contract";
import { organisationName } from "../api/region";
import type { Answered } from "../pages/run";

export interface GroupSums {
  name: string;
  inhabitants: number | null;
  cases: number | null;
  today: number | null;
  plan: number | null;
  difference: number | null;
  casesLonger: number;
  casesShorter: number;
}

const NOTICEABLE = 0.5;

// A number that is hidden or not known makes its sum unknown. Minutes are the mean over the group's cases; a group with an area that is not known has no mean.
export function groupsOf(areas: AreaValues[], grouping: string | undefined): GroupSums[] {
  const groups = new Map<string, AreaValues[]>();
  for (const row of areas) {
    if (!row.in_region) continue;
    const name = String((grouping ? row[grouping] : (row.name ?? row.area_id)) ?? "–");
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups].map(([name, rows]) => sums(name, rows)).sort((a, b) => (b.difference ?? 0) - (a.difference ?? 0));
}

function sums(name: string, rows: AreaValues[]): GroupSums {
  const hidden = rows.some(({ cases_per_year }) => cases_per_year === null);
  const casesOf = (row: AreaValues): number => row.cases_per_year ?? 0;
  const cases = rows.reduce((sum, row) => sum + casesOf(row), 0);
  const mean = (key: "minutes_today" | "minutes_plan"): number | null => {
    const with_cases = rows.filter((row) => casesOf(row) > 0);
    if (hidden || cases === 0 || with_cases.some((row) => row[key] === null)) return null;
    return with_cases.reduce((sum, row) => sum + (row[key] ?? 0) * casesOf(row), 0) / cases;
  };
  const [today, plan] = [mean("minutes_today"), mean("minutes_plan")];
  const moved = (sign: 1 | -1) =>
    rows.reduce((sum, row) => sum + (sign * (row.minutes_difference ?? 0) >= NOTICEABLE ? casesOf(row) : 0), 0);
  return {
    name, today, plan, cases: hidden ? null : cases,
    inhabitants: rows.some(({ population }) => population === null) ? null : rows.reduce((sum, row) => sum + (row.population ?? 0), 0),
    difference: today === null || plan === null ? null : plan - today,
    casesLonger: moved(1),
    casesShorter: moved(-1),
  };
}

export interface OrganisationSums {
  name: string;
  offersToday: number;
  offersPlan: number;
  today: number | null;
  plan: number | null;
  difference: number | null;
}

// Over all care types of the scenario; of several periods the last one.
export function organisationsOf({ outcome, region }: Answered): OrganisationSums[] {
  const owner = new Map(region.summary.sites.map((site) => [site.site_id, String(site["organisation_id"] ?? site.site_id)]));
  const last = outcome.scenario.periods.at(-1);
  const sumsOf = (volumes: Volume[] = []) => {
    const made = new Map<string, { offers: number; cases: number | null }>();
    for (const { site_id, period, cases_per_year, future } of volumes) {
      if (period !== last || (future && future !== "base")) continue;
      const id = owner.get(site_id) ?? site_id;
      const before = made.get(id) ?? { offers: 0, cases: 0 };
      made.set(id, { offers: before.offers + 1, cases: before.cases === null || cases_per_year === null ? null : before.cases + cases_per_year });
    }
    return made;
  };
  const [today, plan] = [sumsOf(outcome.baseline?.plan.volumes), sumsOf(outcome.plan?.volumes)];
  return [...new Set([...today.keys(), ...plan.keys()])]
    .map((id) => {
      const [before, then] = [today.get(id), plan.get(id)];
      return {
        name: organisationName(region.summary, id), offersToday: before?.offers ?? 0, offersPlan: then?.offers ?? 0,
        ...casesOf(before, then),
      };
    })
    .sort((a, b) => (a.difference ?? 0) - (b.difference ?? 0));
}

// What is not offered has no cases; what is offered and hidden is not known.
function casesOf(before: { cases: number | null } | undefined, then: { cases: number | null } | undefined) {
  const [today, plan] = [before ? before.cases : 0, then ? then.cases : 0];
  return { today, plan, difference: today === null || plan === null ? null : plan - today };
}
