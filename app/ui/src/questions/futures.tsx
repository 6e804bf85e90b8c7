// One plan in every future: what it costs in each, and which norms break there.
import type { NormRow, ObjectiveRow } from "../api/contract";
import { futureName } from "../api/region";
import type { Answered } from "../pages/run";
import { Table } from "../parts/table";
import { said, t } from "../words/words";

export function FuturesAnswer({ held, futures }: { held: Answered; futures: { future: string; objectives: ObjectiveRow[]; breaches: NormRow[] }[] }) {
  const names = futures[0]?.objectives.map(({ objective }) => objective) ?? [];
  return (
    <>
      <p>{t("futures_text", { attitude: said(String(held.outcome.scenario.question["attitude"] ?? "expected")) })}</p>
      <Table
        caption={said("robustness")} hideCaption
        columns={[{ title: t("future") }, ...names.map((name) => ({ title: said(name), numeric: true })), { title: t("norms_that_break"), numeric: true }]}
        rows={futures.map((row) => [futureName(held.region.summary, row.future), ...names.map((_, place) => row.objectives[place]?.value ?? null), row.breaches.length])}
      />
    </>
  );
}
