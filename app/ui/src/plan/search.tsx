// A search under way: best plan and bound closing in, the gap, the time, the plan on the map, and the button that stops and keeps.
import { useEffect, useState } from "preact/hooks";
import type { Progress, Run } from "../api/contract";
import { follow, stopRun } from "../api/workspace";
import { Button, Panel } from "../parts/controls";
import { Told } from "../parts/told";
import { number, readable, share } from "../words/numbers";
import { said, t } from "../words/words";
import { BestSoFar } from "./best_so_far";
import { Course } from "./course";

const PHASES = ["validating", "building", "solving", "explaining", "auditing", "publishing"];

export function Search({ run, onEnd }: { run: Run; onEnd: () => void }) {
  const [steps, setSteps] = useState<Progress[]>(run.trace ?? []);
  const [stopping, setStopping] = useState(run.stop_requested);
  useEffect(() => {
    setSteps([]);
    return follow(run.id, { progress: (step) => setSteps((before) => [...before, step]), ended: onEnd });
  }, [run.id]);
  const last = steps.at(-1);
  const valued = steps.findLast(({ value }) => value !== null);
  const bounded = steps.findLast(({ bound }) => bound !== null);
  const at = PHASES.indexOf(last?.phase ?? run.phase ?? "");
  return (
    <>
      <h1 class="utrecht-heading-1">{run.name}</h1>
      <div class="search-columns">
      <Panel title={said(run.question)} aside={
        <Button danger disabled={stopping} onClick={() => { setStopping(true); void stopRun(run.id); }}>{t(stopping ? "stopping" : "stop")}</Button>
      }>
        <ol class="phases">
          {PHASES.map((phase, place) => (
            <li key={phase} class={place < at ? "done" : place === at ? "now" : ""} aria-current={place === at ? "step" : undefined}>{said(phase)}</li>
          ))}
        </ol>
        <div role="status"><dl class="figures">
          <div><dt>{t("time_spent")}</dt><dd>{number(last?.seconds ?? 0, 1)} s</dd></div>
          <div><dt>{t("best")}</dt><dd>{readable(valued?.value)}</dd></div>
          <div><dt>{t("bound")}</dt><dd>{readable(bounded?.bound)}</dd></div>
          <div><dt>{t("gap")}</dt><dd>{share(valued?.gap, 3)}</dd></div>
        </dl></div>
        <p class="note-line">{last?.note ? <Told text={last.note} /> : " "}</p>
        <Course steps={steps} unit="" />
      </Panel>
      <BestSoFar run={run} word={steps.findLast(({ best_plan }) => best_plan)?.best_plan ?? null} />
      </div>
    </>
  );
}
