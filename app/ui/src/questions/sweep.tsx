// A norm, step by step: what each value of it costs, as a step line, with the sites that change along it.
import type { Step } from "../api/contract";
import type { Answered } from "../pages/run";
import { Chart, type Point } from "../parts/chart";
import { Button, Note } from "../parts/controls";
import { Table } from "../parts/table";
import { unitOf } from "../plan/figures";
import { sentence } from "../scenario/sentences";
import { readable } from "../words/numbers";
import { said, t } from "../words/words";
import { changedText } from "./offers";
import { showPlan } from "./show_plan";

export function SweepAnswer({ held, steps }: { held: Answered; steps: Step[] }) {
  const { question, rules } = held.outcome.scenario;
  const id = String(question["rule"] ?? "");
  const rule = rules.find((each) => each.id === id || each.id?.startsWith(`${id}:`));
  const first = steps.find(({ objectives }) => objectives?.length)?.objectives?.[0];
  const end = Number(question["to"] ?? 0);
  const begin = Number(question["from"] ?? 0);
  const points = steps.flatMap(({ from, to, objectives }): Point[] => {
    const value = objectives?.[0]?.value;
    return value === null || value === undefined ? [] : [{ x: from ?? begin, y: value }, { x: to ?? end, y: value }];
  });
  const without = steps.filter(({ outcome }) => outcome === "infeasible");
  return (
    <>
      {rule && <p>{sentence(rule, held.region.summary)}</p>}
      {first && (
        <Chart
          label={said("norm_sweep")} xTitle={said(String(question["field"] ?? (rule?.["max_minutes"] !== undefined ? "max_minutes" : "at_least")))}
          yTitle={`${said(first.objective)} (${unitOf(first.unit ?? "")})`}
          lines={[{ name: said(first.objective), points, look: "best" }]}
          marks={without.map(({ from }) => ({ x: from ?? begin, label: t("no_plan_from_here") })).slice(0, 1)}
        />
      )}
      {without.length > 0 && <Note kind="warning"><p>{t("no_plan_beyond", { from: readable(without[0]?.from ?? begin) })}</p></Note>}
      <Table
        caption={t("steps")}
        columns={[{ title: t("from_value"), numeric: true }, { title: t("to_value"), numeric: true }, { title: t("verdict_short") }, { title: first ? said(first.objective) : "", numeric: true }, { title: t("beside_today") }, { title: "" }]}
        rows={steps.map((step) => [
          step.from, step.to, said(step.outcome), step.objectives?.[0]?.value ?? null, step.plan ? changedText(held, step.plan) : "",
          { value: "", show: step.plan && <Button onClick={() => void showPlan(held, step.plan!)}>{t("show_plan")}</Button> },
        ])}
      />
    </>
  );
}
