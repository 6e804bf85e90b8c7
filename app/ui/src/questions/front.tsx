// Compromises between two or three objectives: a picture whose points can be picked, each a plan.
import { useState } from "preact/hooks";
import type { ObjectiveRow, Plan } from "../api/contract";
import type { Answered } from "../pages/run";
import { Chart } from "../parts/chart";
import { Button } from "../parts/controls";
import { Table } from "../parts/table";
import { unitOf } from "../plan/figures";
import { readable } from "../words/numbers";
import { said, t } from "../words/words";
import { OffersOf } from "./offers";
import { showPlan } from "./show_plan";

export function FrontAnswer({ held, points }: { held: Answered; points: { objectives: ObjectiveRow[]; plan: Plan }[] }) {
  const [chosen, setChosen] = useState(0);
  const [x, y] = points[0]?.objectives ?? [];
  const title = (row: ObjectiveRow | undefined) => (row ? `${said(row.objective)} (${unitOf(row.unit ?? "")})` : "");
  const label = (rows: ObjectiveRow[]) => rows.map((row) => `${said(row.objective)} ${readable(row.value)}`).join(", ");
  const point = points[chosen];
  return (
    <>
      <p>{t(points.length === 1 ? (held.outcome.complete ? "front_one" : "front_one_so_far") : held.outcome.complete ? "front_complete" : "front_some", { n: points.length })}</p>
      {x && y && (
        <Chart
          label={said("pareto")} xTitle={title(x)} yTitle={title(y)}
          lines={[{ name: t("front_line"), look: "bound", points: points.map(({ objectives: [a, b] }) => ({ x: a?.value ?? 0, y: b?.value ?? 0 })) }]}
          points={points.map(({ objectives }, place) => ({
            x: objectives[0]?.value ?? 0, y: objectives[1]?.value ?? 0, label: label(objectives), chosen: place === chosen, onPick: () => setChosen(place),
          }))}
        />
      )}
      {point && (
        <div class="chosen-plan" aria-live="polite">
          <p><strong>{label(point.objectives)}</strong></p>
          <OffersOf held={held} plan={point.plan} />
          <Button primary onClick={() => void showPlan(held, point.plan)}>{t("show_plan")}</Button>
        </div>
      )}
      <Table
        caption={t("compromises")}
        columns={(points[0]?.objectives ?? []).map((row) => ({ title: title(row), numeric: true }))}
        rows={points.map(({ objectives }) => objectives.map(({ value }) => value))}
        marked={(place) => place === chosen}
      />
    </>
  );
}
