// The tables of a comparison: a column per plan, the first plan lettered A.
import type { SideBySide } from "../api/contract";
import { careName, organisationName, periodName, siteName, subjectName, type Region } from "../api/region";
import { Mark } from "../map/marks";
import { DifferenceBar } from "../parts/bar";
import { Panel, Picker } from "../parts/controls";
import { Table, type Cell } from "../parts/table";
import { placeOf, unitOf } from "../plan/figures";
import { setQuery } from "../route";
import { readable, signed } from "../words/numbers";
import { said, t } from "../words/words";
import { letter, unique } from "./compare_view";

const perPlan = (told: SideBySide, title = "") => told.plans.map((_, place) => ({ title: `${title} ${letter(place)}`.trim(), numeric: true }));

export function ComparedFigures({ told }: { told: SideBySide }) {
  return (
    <Panel title={t("figures")}>
      <Table
        caption={t("figures")} hideCaption mixed
        columns={[{ title: t("figure") }, { title: t("unit") }, { title: t("today"), numeric: true }, ...perPlan(told, t("plan"))]}
        rows={[...told.measures].filter(({ measure, values }) => measure !== "unserved" || values.some(Boolean)).sort((a, b) => placeOf(a.measure) - placeOf(b.measure)).map(({ measure, unit, today, values }) => [said(measure), unitOf(unit ?? ""), today[0] ?? null, ...values])}
      />
    </Panel>
  );
}

type Filtered = { told: SideBySide; care: string; period: string };

export function ComparedSites({ told, region, care, period }: Filtered & { region: Region }) {
  const rows = told.sites.filter((row) => row.care_type_id === care && row.period === period);
  const shown = (state: string | null, volume: number | null | undefined): Cell =>
    state === null || state === "never" ? null : { value: volume ?? null, show: <><Mark state={state as "stays"} /> {said(state)} {state === "closes" ? "" : readable(volume)}</> };
  return (
    <Panel title={t("sites")}>
      <Table
        caption={t("sites")} hideCaption
        columns={[{ title: t("site") }, { title: t("volume_today"), numeric: true }, ...perPlan(told, t("plan"))]}
        rows={rows.map((row) => [siteName(region.summary, row.site_id), row.volumes_today[0] ?? null, ...row.states.map((state, place) => shown(state, row.volumes[place]))])}
        marked={(place) => new Set(rows[place]?.states).size > 1}
      />
    </Panel>
  );
}

export function ComparedRegions({ told, care, period, kind }: Filtered & { kind: string | undefined }) {
  const mine = told.regions.filter((row) => row.care_type_id === care && row.period === period);
  const kinds = unique(mine.map(({ region_kind }) => region_kind));
  const chosen = kinds.find((each) => each === kind) ?? kinds.find((each) => each === "gemeente") ?? kinds[0] ?? "";
  const rows = mine.filter(({ region_kind }) => region_kind === chosen);
  const most = Math.max(...rows.flatMap(({ minutes_difference }) => minutes_difference.map((value) => Math.abs(value ?? 0))), 1e-9);
  if (kinds.length === 0) return null;
  return (
    <Panel title={t("gains_and_losses")} aside={
      kinds.length > 1 && <Picker label={t("group_by")} value={chosen} choices={kinds.map((value) => ({ value, label: said(value) }))} onPick={(value) => setQuery({ grouping: value })} />
    }>
      <p>{t("against_today_minutes")}</p>
      <Table
        caption={t("gains_and_losses")} hideCaption
        columns={[{ title: said(chosen) }, { title: t("inhabitants_word"), numeric: true }, { title: t("minutes_today"), numeric: true }, ...perPlan(told, t("plan")), ...told.plans.map((_, place) => ({ title: `${t("farther")} ${letter(place)}`, numeric: true }))]}
        rows={rows.map((row) => [
          row.region_id, row.inhabitants, row.minutes_today[0] ?? null,
          ...row.minutes_difference.map((value): Cell => ({ value, show: <DifferenceBar value={value} most={most} /> })),
          ...row.inhabitants_farther,
        ])}
      />
    </Panel>
  );
}

export function ComparedOrganisations({ told, region, care, period }: Filtered & { region: Region }) {
  const rows = told.organisations.filter((row) => row.care_type_id === care && row.period === period);
  const most = Math.max(...rows.flatMap(({ cases_difference }) => cases_difference.map((value) => Math.abs(value ?? 0))), 1e-9);
  if (rows.length === 0) return null;
  return (
    <Panel title={t("by_organisation")}>
      <Table
        caption={t("by_organisation")} hideCaption
        columns={[{ title: t("organisation") }, { title: t("volume_today"), numeric: true }, ...perPlan(told, t("plan"))]}
        rows={rows.map((row) => [
          row.name ?? organisationName(region.summary, row.organisation_id), row.cases_today[0] ?? null,
          ...row.cases_difference.map((value): Cell => ({ value, show: <DifferenceBar value={value} most={most} neutral /> })),
        ])}
      />
    </Panel>
  );
}

export function ComparedNorms({ told, region }: { told: SideBySide; region: Region }) {
  const rows = told.norms.filter(({ holds }) => holds.some((each) => each === false) || new Set(holds.filter((each) => each !== null)).size > 1);
  return (
    <Panel title={t("norms_that_differ")}>
      {rows.length === 0 ? <p>{t("norms_met_by_all")}</p> : (
        <Table
          caption={t("norms_that_differ")} hideCaption
          columns={[{ title: t("norm") }, { title: t("care_type") }, { title: t("subject") }, { title: t("period") }, ...perPlan(told, t("margin"))]}
          rows={rows.map((row) => [
            said(row.kind), careName(region.summary, row.care_type_id), subjectName(region.summary, row.subject ?? ""), periodName(region.summary, row.period),
            ...row.margins.map((value, place): Cell => ({ value, show: row.holds[place] === null ? "–" : <span class={row.holds[place] ? "" : "bad-text"}>{row.holds[place] ? "✓" : "✗"} {signed(value)}</span> })),
          ])}
        />
      )}
    </Panel>
  );
}
