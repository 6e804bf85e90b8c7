// The best plan found so far on the map, while the search goes on: which sites stay, open or close for a care type.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { BestPlan, Run } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { populations, region, siteName, type Region } from "../api/region";
import { bestPlan, scenario } from "../api/workspace";
import { CLASSES } from "../map/colours";
import { Legend } from "../map/legend";
import { Mark } from "../map/marks";
import { RegionMap } from "../map/region_map";
import { Panel, Picker } from "../parts/controls";
import { said, t } from "../words/words";
import { careChoices, periodChoices } from "./choice";
import { sitesOnMap, type SiteAndState } from "./sites_on_map";

const STATES = ["stays", "opens", "closes", "never"] as const;

// `word` is another one for each better plan; the plan shown before stays until the next one is here.
export function BestSoFar({ run, word }: { run: Run; word: string | null }) {
  const where = useLoaded(async () => region((await scenario(run.scenario_id)).dataset_id), [run.scenario_id]);
  const [plan, setPlan] = useState<BestPlan | null>(null);
  useEffect(() => {
    if (!word) return;
    let wanted = true;
    bestPlan(run.id).then((found) => wanted && setPlan(found), () => {});
    return () => {
      wanted = false;
    };
  }, [run.id, word]);
  return (
    <Loaded of={where}>
      {(known) => (plan ? <OnTheMap where={known} plan={plan} /> : <Panel title={t("best_so_far")}><p>{t("no_plan_so_far")}</p></Panel>)}
    </Loaded>
  );
}

function OnTheMap({ where, plan }: { where: Region; plan: BestPlan }) {
  const values = useMemo(() => populations(where), [where]);
  const { care_types, periods } = useMemo(() => aboutWhat(plan), [plan]);
  const first = useRef(firstChanged(where, plan, care_types, periods.at(-1) ?? ""));
  const [care, setCare] = useState<string | null>(null);
  const [period, setPeriod] = useState<string | null>(null);
  const chosen = { care: care ?? first.current, period: period ?? periods.at(-1) ?? "" };
  const sites = useMemo(() => statesOf(where, plan, chosen.care, chosen.period), [where, plan, chosen.care, chosen.period]);
  const marks = useMemo(() => sitesOnMap(where, sites), [where, sites]);
  const count = (state: string) => sites.filter((site) => site.state === state).length;
  const changed = sites.filter(({ state }) => state === "opens" || state === "closes");
  return (
    <Panel title={t("best_so_far")} aside={
      <div class="pickers">
        <Picker label={t("care_type")} value={chosen.care} choices={careChoices(where, care_types)} onPick={setCare} />
        {periods.length > 1 && <Picker label={t("period")} value={chosen.period} choices={periodChoices(where, periods)} onPick={setPeriod} />}
      </div>
    }>
      <p data-plan={plan.best_plan}>{t("so_far", { stays: count("stays"), opens: count("opens"), closes: count("closes") })}</p>
      <RegionMap label={t("map_so_far")} areas={where.areas} values={values} classes={CLASSES.population} sites={marks} />
      <Legend look="population" states={[...STATES]} />
      <ul class="changes">
        {changed.map(({ site_id, state }) => <li key={site_id}><Mark state={state} /> <strong>{siteName(where.summary, site_id)}</strong> {said(state)}</li>)}
      </ul>
    </Panel>
  );
}

function aboutWhat({ offers }: BestPlan): { care_types: string[]; periods: string[] } {
  return { care_types: [...new Set(offers.map((offer) => offer.care_type_id))], periods: [...new Set(offers.map((offer) => offer.period))] };
}

function statesOf({ summary }: Region, { offers }: BestPlan, care: string, period: string): SiteAndState[] {
  const then = new Set(offers.filter((offer) => offer.care_type_id === care && offer.period === period).map(({ site_id }) => site_id));
  const today = new Set(summary.site_care.filter((row) => row.care_type_id === care && row.offered_today).map(({ site_id }) => site_id));
  return summary.sites.map(({ site_id }) => ({
    site_id, state: then.has(site_id) ? (today.has(site_id) ? "stays" : "opens") : today.has(site_id) ? "closes" : "never",
  }));
}

const firstChanged = (where: Region, plan: BestPlan, care_types: string[], period: string): string =>
  care_types.find((care) => statesOf(where, plan, care, period).some(({ state }) => state === "opens" || state === "closes")) ?? care_types[0] ?? "";
