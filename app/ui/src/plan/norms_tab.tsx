// Every norm under the plan and today: value, limit, margin, and how likely a volume norm is to be met in a year.
import { useState } from "preact/hooks";
import type { NormRow } from "../api/contract";
import { careName, periodName, subjectName, type Region } from "../api/region";
import type { Answered } from "../pages/run";
import { Panel, Picker } from "../parts/controls";
import { Table, type Cell } from "../parts/table";
import { probability, readableDifference } from "../words/numbers";
import { said, t } from "../words/words";

export function NormsTab({ held }: { held: Answered }) {
  const { outcome, region } = held;
  const [kind, setKind] = useState("");
  const kinds = [...new Set(outcome.norms.map((row) => row.kind))].sort();
  const shown = outcome.norms.filter((row) => !kind || row.kind === kind);
  const broken = shown.filter(({ holds }) => !holds).length;
  return (
    <>
      <Panel title={t("norms_of_plan")} aside={
        <Picker label={t("kind_of_norm")} value={kind} choices={[{ value: "", label: t("all") }, ...kinds.map((value) => ({ value, label: said(value) }))]} onPick={setKind} />
      }>
        <p>{broken === 0 ? t("all_norms_met", { n: shown.length }) : t("norms_broken", { n: broken, all: shown.length })}</p>
        <NormTable rows={shown} region={region} caption={t("norms_of_plan")} />
      </Panel>
      {outcome.baseline?.norms && (
        <Panel title={t("norms_today")} quiet>
          <NormTable rows={outcome.baseline.norms.filter((row) => !kind || row.kind === kind)} region={region} caption={t("norms_today")} />
        </Panel>
      )}
    </>
  );
}

export function NormTable({ rows, region, caption }: { rows: NormRow[]; region: Region; caption: string }) {
  const told = region.summary;
  const many = new Set(rows.map(({ period }) => period)).size > 1;
  const ordered = [...rows].sort((a, b) => Number(a.holds) - Number(b.holds));
  const cells = ordered.map((row): Cell[] => [
    { value: said(row.holds ? "holds" : "broken"), show: <Holds row={row} /> },
    said(row.kind), careName(told, row.care_type_id), subjectName(told, row.subject),
    ...(many ? [periodName(told, row.period)] : []),
    row.value, row.limit, { value: row.margin, show: readableDifference(row.margin) },
    { value: row.probability ?? null, show: probability(row.probability) },
    row.source ?? "–",
  ]);
  return (
    <Table
      caption={caption} hideCaption mixed
      columns={[
        { title: t("verdict_short") }, { title: t("norm") }, { title: t("care_type") }, { title: t("subject") }, ...(many ? [{ title: t("period") }] : []),
        { title: t("value"), numeric: true }, { title: t("limit"), numeric: true }, { title: t("margin"), numeric: true }, { title: t("chance"), numeric: true }, { title: t("source") },
      ]}
      rows={cells}
      marked={(place) => ordered[place]?.holds === false}
    />
  );
}

const Holds = ({ row }: { row: NormRow }) => (
  <span class={`badge small ${row.holds ? "good" : row.hardness === "hard" ? "bad" : "fair"}`}>{row.holds ? `✓ ${t("holds")}` : `✗ ${t("broken")}`}</span>
);
