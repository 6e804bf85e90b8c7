// Compare two to four plans: choose them, then see them side by side, under a link that can be shared.
import { useState } from "preact/hooks";
import type { Run } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { region } from "../api/region";
import { addComparison, comparison, comparisons, run as readRun, runs, scenario as readScenario } from "../api/workspace";
import { CompareView } from "../compare/compare_view";
import { Button, Panel } from "../parts/controls";
import { Tick } from "../parts/fields";
import { Problems } from "../parts/problems";
import { go, href } from "../route";
import { moment } from "../words/numbers";
import { said, t } from "../words/words";

const MOST = 4;

export function ComparePage({ id, query }: { id: string; query: Readonly<Record<string, string>> }) {
  return id ? <Opened id={id} query={query} /> : <Choose />;
}

function Choose() {
  const known = useLoaded(() => Promise.all([runs(), comparisons()]), []);
  return (
    <>
      <h1 class="utrecht-heading-1">{t("page_compare")}</h1>
      <p class="lead">{t("compare_lead")}</p>
      <Loaded of={known}>
        {([all, earlier]) => (
          <div class="halves">
            <Panel title={t("choose_plans")}><Choice runs={all.filter(({ has_plan }) => has_plan)} /></Panel>
            <Panel title={t("earlier_comparisons")}>
              {earlier.length === 0 ? <p>{t("none")}</p> : (
                <ul class="cards">{earlier.map((each) => <li key={each.id}><a href={href("compare", each.id)}>{each.name}</a><span>{moment(each.created_at)}</span></li>)}</ul>
              )}
            </Panel>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Choice({ runs: all }: { runs: Run[] }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const [error, setError] = useState<unknown>(null);
  if (all.length === 0) return <p>{t("no_runs")}</p>;
  const tick = (id: string, on: boolean) => setChosen((before) => (on ? [...before, id].slice(0, MOST) : before.filter((each) => each !== id)));
  return (
    <form onSubmit={(event) => { event.preventDefault(); addComparison(chosen).then((made) => go("compare", made.id), setError); }}>
      <p>{t("first_is_base")}</p>
      <fieldset class="ticks">
        <legend>{t("n_chosen", { n: chosen.length })}</legend>
        {all.slice(0, 40).map((run) => (
          <Tick key={run.id} value={run.id} label={`${run.name} – ${said(run.question)}, ${moment(run.created_at)}`} checked={chosen.includes(run.id)} onTick={(on) => tick(run.id, on)} />
        ))}
      </fieldset>
      <Button primary submit disabled={chosen.length < 2}>{t("compare")}</Button>
      {Boolean(error) && <Problems error={error} />}
    </form>
  );
}

function Opened({ id, query }: { id: string; query: Readonly<Record<string, string>> }) {
  const known = useLoaded(async () => {
    const told = await comparison(id);
    const first = await readRun(told.run_ids[0] ?? "");
    return { told, where: await region((await readScenario(first.scenario_id)).dataset_id) };
  }, [id]);
  return <Loaded of={known}>{({ told, where }) => <CompareView told={told} region={where} query={query} />}</Loaded>;
}
