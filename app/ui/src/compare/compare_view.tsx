// Plans side by side: maps that move together, figures, sites, norms, and who gains and who loses by each.
import { useMemo, useState } from "preact/hooks";
import type { AreaValues, SideBySide, SiteValues } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import type { Region } from "../api/region";
import { areaValues, fileAddress, siteValues } from "../api/workspace";
import { CLASSES, type Look } from "../map/colours";
import type { View } from "../map/drawn_map";
import { Legend } from "../map/legend";
import { RegionMap } from "../map/region_map";
import { Badge, Button, LinkButton, Picker } from "../parts/controls";
import { copyLink } from "../parts/outlets";
import { careChoices, periodChoices } from "../plan/choice";
import { sitesOnMap } from "../plan/sites_on_map";
import { href, setQuery } from "../route";
import { said, t } from "../words/words";
import { ComparedFigures, ComparedNorms, ComparedOrganisations, ComparedRegions, ComparedSites } from "./tables";

const LOOKS = ["minutes_plan", "minutes_difference", "against_first"] as const;
type Shown = (typeof LOOKS)[number];

export const unique = <Value,>(values: Value[]): Value[] => [...new Set(values)];

export function CompareView({ told, region, query }: { told: SideBySide; region: Region; query: Readonly<Record<string, string>> }) {
  const cares = unique(told.sites.map(({ care_type_id }) => care_type_id));
  const periods = unique(told.sites.map(({ period }) => period));
  const differing = told.sites.find(({ states }) => !states.includes(null) && new Set(states).size > 1)?.care_type_id;
  const shared = told.sites.find(({ states }) => !states.includes(null))?.care_type_id;
  const care = cares.find((each) => each === query["care"]) ?? differing ?? shared ?? cares[0] ?? "";
  const period = periods.find((each) => each === query["period"]) ?? periods.at(-1) ?? "";
  const look: Shown = LOOKS.find((each) => each === query["look"]) ?? "minutes_plan";
  const values = useLoaded(
    () => Promise.all(told.run_ids.map((id) => Promise.all([areaValues(id, { care_type_id: care, period }), siteValues(id, { care_type_id: care, period })]))),
    [told.id, care, period],
  );
  const inPeriod = (place: number, state: SiteValues["state"]) => told.sites.filter((row) => row.period === period && row.states[place] === state).length;
  return (
    <>
      <div class="title-row">
        <h1 class="utrecht-heading-1">{t("page_compare")}</h1>
        <Button onClick={() => void copyLink()}>{t("copy_link")}</Button>
        <Button onClick={() => window.print()}>{t("print")}</Button>
        <LinkButton href={fileAddress("comparisons", told.id, "geopackage")} download>{t("save_geopackage")}</LinkButton>
      </div>
      <ol class="plans-compared">
        {told.plans.map((plan, place) => (
          <li key={plan.run_id}>
            <span class="letter">{letter(place)}</span> <a class="utrecht-link" href={href("run", plan.run_id)}>{plan.name}</a> <Badge name={plan.outcome} />
            <span class="soft">{t("opens_closes", { opens: inPeriod(place, "opens"), closes: inPeriod(place, "closes"), broken: plan.norms_broken })}</span>
          </li>
        ))}
      </ol>
      <div class="pickers">
        <Picker label={t("care_type")} value={care} choices={careChoices(region, cares)} onPick={(value) => setQuery({ care: value })} />
        {periods.length > 1 && <Picker label={t("period")} value={period} choices={periodChoices(region, periods)} onPick={(value) => setQuery({ period: value })} />}
        <Picker label={t("colour_by")} value={look} choices={LOOKS.map((value) => ({ value, label: said(value) }))} onPick={(value) => setQuery({ look: value })} />
      </div>
      <Loaded of={values}>{(each) => <Maps told={told} region={region} look={look} each={each} />}</Loaded>
      <Legend look={look === "minutes_plan" ? "minutes_plan" : "minutes_difference"} states={["stays", "opens", "closes"]} />
      <ComparedFigures told={told} />
      <ComparedSites told={told} region={region} care={care} period={period} />
      <ComparedRegions told={told} care={care} period={period} kind={query["grouping"]} />
      <ComparedOrganisations told={told} region={region} care={care} period={period} />
      <ComparedNorms told={told} region={region} />
    </>
  );
}

export const letter = (place: number): string => String.fromCharCode(65 + place);

function Maps({ told, region, look, each }: { told: SideBySide; region: Region; look: Shown; each: [AreaValues[], SiteValues[]][] }) {
  const [view, setView] = useState<View | null>(null);
  const first = useMemo(() => new Map((each[0]?.[0] ?? []).map((row) => [row.area_id, row.minutes_plan])), [each]);
  const colour: Look = look === "minutes_plan" ? "minutes_plan" : "minutes_difference";
  const drawn = useMemo(() => each.map(([areas, sites]) => ({
    values: new Map(areas.map((row) => [row.area_id, look === "against_first" ? minus(row.minutes_plan, first.get(row.area_id)) : row[look]])),
    sites: sitesOnMap(region, sites),
  })), [each, look]);
  return (
    <div class={`maps-beside n${each.length}`}>
      {drawn.map(({ values, sites }, place) => (
        <figure key={told.run_ids[place]}>
          <figcaption><span class="letter">{letter(place)}</span> {told.plans[place]?.name}</figcaption>
          <RegionMap label={`${t("map_of_plan")} ${letter(place)}`} areas={region.areas} values={values} classes={CLASSES[colour]} sites={sites} view={view} onMove={setView} small />
        </figure>
      ))}
    </div>
  );
}

const minus = (a: number | null, b: number | null | undefined): number | null => (a === null || b === null || b === undefined ? null : a - b);
