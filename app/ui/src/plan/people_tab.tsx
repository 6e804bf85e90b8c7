// Who gains and who loses: per municipality (or another kind of region) in minutes, per organisation in cases, as the service has worked it out.
import type { GainsAndLosses, OrganisationGains, RegionGains } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { careName } from "../api/region";
import { gains } from "../api/workspace";
import type { Answered } from "../pages/run";
import { DifferenceBar } from "../parts/bar";
import { Panel, Picker } from "../parts/controls";
import { Table, type Cell } from "../parts/table";
import { setQuery } from "../route";
import { number } from "../words/numbers";
import { said, t } from "../words/words";
import type { MapChoice } from "./choice";

const ALL = "*";

export function PeopleTab({ held, chosen, grouping }: { held: Answered; chosen: MapChoice; grouping: string | undefined }) {
  const found = useLoaded(() => gains(held.run.id, chosen), [held.run.id, chosen.care_type_id, chosen.period, chosen.group]);
  return <Loaded of={found}>{(told) => <Shown held={held} told={told} grouping={grouping} />}</Loaded>;
}

function Shown({ held, told, grouping }: { held: Answered; told: GainsAndLosses; grouping: string | undefined }) {
  const kinds = [...new Set(told.regions.map(({ region_kind }) => region_kind))];
  const kind = grouping && kinds.includes(grouping) ? grouping : (kinds.find((each) => each === "municipality") ?? kinds[0] ?? "");
  const care = told.organisations.filter(({ care_type_id }) => care_type_id !== ALL);
  const all = told.organisations.filter(({ care_type_id }) => care_type_id === ALL);
  return (
    <>
      <Panel title={t("by_grouping", { grouping: said(kind).toLowerCase() })} aside={
        kinds.length > 1 && <Picker label={t("group_by")} value={kind} choices={kinds.map((value) => ({ value, label: said(value) }))} onPick={(value) => setQuery({ grouping: value })} />
      }>
        <p>{inWords(told)}</p>
        <Regions told={told} rows={told.regions.filter(({ region_kind }) => region_kind === kind)} title={said(kind)} />
      </Panel>
      <Panel title={`${t("by_organisation")}: ${careName(held.region.summary, told.care_type_id)}`}>
        <Organisations rows={care} caption={t("by_organisation")} />
      </Panel>
      {held.outcome.scenario.care_types.length > 1 && (
        <Panel title={t("by_organisation_all")} quiet>
          <p>{t("by_organisation_text")}</p>
          <Organisations rows={all} caption={t("by_organisation_all")} />
        </Panel>
      )}
    </>
  );
}

function inWords({ group, whole }: GainsAndLosses): string {
  if (!whole) return "";
  const same = group ? whole.inhabitants_farther === 0 && whole.inhabitants_closer === 0 : whole.cases_farther === 0 && whole.cases_closer === 0;
  if (same) return t("nobody_moves");
  const [longer, shorter] = group ? [whole.inhabitants_farther, whole.inhabitants_closer] : [whole.cases_farther, whole.cases_closer];
  return t(group ? "group_in_words" : "people_in_words", { group: said(group), longer: number(longer, 0), shorter: number(shorter, 0) });
}

const most = (values: (number | null)[]) => Math.max(...values.map((value) => Math.abs(value ?? 0)), 1e-9);

function Regions({ told, rows, title }: { told: GainsAndLosses; rows: RegionGains[]; title: string }) {
  const longest = most(rows.map(({ minutes_difference }) => minutes_difference));
  const sorted = [...rows].sort((a, b) => (b.minutes_difference ?? 0) - (a.minutes_difference ?? 0));
  const counted = told.group ? [] : [{ title: t("cases"), numeric: true }];
  return (
    <Table
      caption={t("gains_and_losses")} hideCaption
      columns={[
        { title }, { title: told.group ? said(told.group) : t("inhabitants_word"), numeric: true }, ...counted, { title: t("minutes_today"), numeric: true },
        { title: t("minutes_plan"), numeric: true }, { title: t("difference"), numeric: true }, { title: t(told.group ? "inhabitants_longer" : "cases_longer"), numeric: true },
      ]}
      rows={sorted.map((row): Cell[] => [
        row.region_id, row.inhabitants, ...(told.group ? [] : [row.cases_per_year]), row.minutes_today, row.minutes,
        { value: row.minutes_difference, show: <DifferenceBar value={row.minutes_difference} most={longest} /> },
        told.group ? row.inhabitants_farther : row.cases_farther,
      ])}
    />
  );
}

function Organisations({ rows, caption }: { rows: OrganisationGains[]; caption: string }) {
  const largest = most(rows.map(({ cases_difference }) => cases_difference));
  const sorted = [...rows].sort((a, b) => (a.cases_difference ?? 0) - (b.cases_difference ?? 0));
  return (
    <Table
      caption={caption} hideCaption
      columns={[
        { title: t("organisation") }, { title: t("offers_today"), numeric: true }, { title: t("offers_plan"), numeric: true },
        { title: t("volume_today"), numeric: true }, { title: t("volume_plan"), numeric: true }, { title: t("difference"), numeric: true },
      ]}
      rows={sorted.map((row) => [
        row.name ?? row.organisation_id, row.sites_today, row.sites, row.cases_today, row.cases,
        { value: row.cases_difference, show: <DifferenceBar value={row.cases_difference} most={largest} neutral /> },
      ])}
    />
  );
}
