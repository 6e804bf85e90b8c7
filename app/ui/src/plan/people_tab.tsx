// Who gains and who loses: per municipality (or another grouping of areas) in minutes, per organisation in cases.
import { useMemo } from "preact/hooks";
import type { AreaValues } from "../api/contract";
import type { Answered } from "../pages/run";
import { Panel, Picker } from "../parts/controls";
import { DifferenceBar } from "../parts/bar";
import { Table } from "../parts/table";
import { setQuery } from "../route";
import { signed } from "../words/numbers";
import { said, t } from "../words/words";
import { groupsOf, organisationsOf } from "./winners";

export function PeopleTab({ held, areas, grouping }: { held: Answered; areas: AreaValues[]; grouping: string | undefined }) {
  const { region } = held;
  const known = region.summary.groupings;
  const chosen = grouping && known.includes(grouping) ? grouping : (known.find((name) => name === "gemeente") ?? known[0]);
  const groups = useMemo(() => groupsOf(areas, chosen), [areas, chosen]);
  const organisations = useMemo(() => organisationsOf(held), [held]);
  const most = Math.max(...groups.map(({ difference }) => Math.abs(difference ?? 0)), 1e-9);
  const mostCases = Math.max(...organisations.map(({ difference }) => Math.abs(difference ?? 0)), 1e-9);
  const longer = groups.reduce((sum, { casesLonger }) => sum + casesLonger, 0);
  const shorter = groups.reduce((sum, { casesShorter }) => sum + casesShorter, 0);
  return (
    <>
      <Panel title={t("by_grouping", { grouping: chosen ? said(chosen).toLowerCase() : t("area").toLowerCase() })} aside={
        known.length > 1 && <Picker label={t("group_by")} value={chosen ?? ""} choices={known.map((value) => ({ value, label: said(value) }))} onPick={(value) => setQuery({ grouping: value })} />
      }>
        <p>{t("people_in_words", { longer: signed(longer, 0).replace("+", ""), shorter: signed(shorter, 0).replace("+", "") })}</p>
        <Table
          caption={t("gains_and_losses")} hideCaption
          columns={[
            { title: chosen ? said(chosen) : t("area") }, { title: t("inhabitants_word"), numeric: true }, { title: t("cases"), numeric: true },
            { title: t("minutes_today"), numeric: true }, { title: t("minutes_plan"), numeric: true }, { title: t("difference"), numeric: true },
            { title: t("cases_longer"), numeric: true },
          ]}
          rows={groups.map((row) => [
            row.name, row.inhabitants, row.cases, row.today, row.plan,
            { value: row.difference, show: <DifferenceBar value={row.difference} most={most} /> }, row.casesLonger,
          ])}
        />
      </Panel>
      <Panel title={t("by_organisation")}>
        <p>{t("by_organisation_text")}</p>
        <Table
          caption={t("by_organisation")} hideCaption
          columns={[
            { title: t("organisation") }, { title: t("offers_today"), numeric: true }, { title: t("offers_plan"), numeric: true },
            { title: t("volume_today"), numeric: true }, { title: t("volume_plan"), numeric: true }, { title: t("difference"), numeric: true },
          ]}
          rows={organisations.map((row) => [
            row.name, row.offersToday, row.offersPlan, row.today, row.plan,
            { value: row.difference, show: <DifferenceBar value={row.difference} most={mostCases} neutral /> },
          ])}
        />
      </Panel>
    </>
  );
}
