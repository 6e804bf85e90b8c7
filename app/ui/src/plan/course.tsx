// The course of a search as a picture: the best plan comes down, the bound comes up, the truth lies between.
import type { Progress } from "../api/contract";
import { Table } from "../parts/table";
import { Chart } from "../parts/chart";
import { readable, share } from "../words/numbers";
import { said, t } from "../words/words";

export function Course({ steps, unit }: { steps: Progress[]; unit: string }) {
  const drawn = steps.filter(({ value, bound }) => value !== null || bound !== null);
  const end = Math.max(...steps.map(({ seconds }) => seconds), 0.1);
  const lineOf = (pick: (step: Progress) => number | null) => {
    const points = drawn.flatMap((step) => {
      const value = pick(step);
      return value === null ? [] : [{ x: step.seconds, y: value }];
    });
    const last = points.at(-1);
    return last ? [...points, { x: end, y: last.y }] : points;
  };
  return (
    <>
      {drawn.length === 0 ? <p>{t("nothing_to_draw")}</p> : <Chart
        label={t("course_label")}
        xFrom={0}
        xTitle={t("seconds")}
        yTitle={unit ? said(unit) : ""}
        lines={[
          { name: t("best"), points: lineOf(({ value }) => value), step: true, look: "best" },
          { name: t("bound"), points: lineOf(({ bound }) => bound), step: true, look: "bound" },
        ]}
      />}
      {steps.length > 0 && <details>
        <summary>{t("as_table")}</summary>
        <Table
          caption={t("course_label")}
          columns={[
            { title: t("seconds"), numeric: true }, { title: t("phase") }, { title: t("best"), numeric: true }, { title: t("bound"), numeric: true },
            { title: t("gap"), numeric: true, show: (value) => share(value, 4) },
          ]}
          rows={steps.map(({ seconds, phase, value, bound, gap }) => [{ value: seconds, show: readable(seconds) }, said(phase), value, bound, gap])}
        />
      </details>}
    </>
  );
}
