// A run: while it searches, how far it is; once it has ended, its answer in the shape of its question.
import { useEffect, useState } from "preact/hooks";
import type { Outcome, Run, Scenario } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { region, type Region } from "../api/region";
import { outcome, planValues, run as readRun, runs as readRuns, scenario as readScenario } from "../api/workspace";
import { LinkButton, Note, Panel, Tabs } from "../parts/controls";
import { Told } from "../parts/told";
import { chosenOf, firstChanged } from "../plan/choice";
import { Course } from "../plan/course";
import { PlanView } from "../plan/plan_view";
import { Verdict } from "../plan/verdict";
import { Answer } from "../questions/answer";
import { AskPanel } from "../questions/ask";
import { NoPlan } from "../questions/no_plan";
import { Runs } from "./start";
import { Search } from "../plan/search";
import { TakeAway } from "../plan/take_away";
import { href } from "../route";
import { moment } from "../words/numbers";
import { said, t } from "../words/words";

export interface Answered {
  run: Run;
  outcome: Outcome;
  scenario: Scenario;
  region: Region;
}

export function RunPage(props: { id: string; query: Readonly<Record<string, string>> }) {
  return props.id ? <OneRun id={props.id} query={props.query} /> : <EveryRun />;
}

function EveryRun() {
  const known = useLoaded(readRuns, []);
  return (
    <>
      <h1 class="utrecht-heading-1">{t("page_plan")}</h1>
      <Loaded of={known}>{(all) => <Panel title={t("every_run")}><Runs runs={all} long /></Panel>}</Loaded>
    </>
  );
}

function OneRun(props: { id: string; query: Readonly<Record<string, string>> }) {
  const [again, setAgain] = useState(0);
  const found = useLoaded(() => readRun(props.id), [props.id, again]);
  return (
    <Loaded of={found}>
      {(run) =>
        run.state === "accepted" || run.state === "running" ? (
          <Search run={run} onEnd={() => setAgain((count) => count + 1)} />
        ) : (
          <Ended run={run} query={props.query} />
        )
      }
    </Loaded>
  );
}

// The map's values are on their way while the region is: a link to a map is what most people open.
const OTHER_TABS = new Set(["norms", "people", "years", "means", "questions", "away", "course", "answer", "why"]);

async function answered(run: Run, query: Readonly<Record<string, string>>): Promise<Answered | null> {
  if (!run.outcome || run.state !== "successful") return null;
  const asking = readScenario(run.scenario_id);
  const valuesToo = (held: Outcome) => {
    if (run.has_plan && !OTHER_TABS.has(query["tab"] ?? "")) planValues(run.id, chosenOf(query, held.scenario, [], firstChanged(held))).catch(() => {});
    return held;
  };
  const [asked, held, where] = await Promise.all([asking, outcome(run.id).then(valuesToo), asking.then(({ dataset_id }) => region(dataset_id))]);
  return { run, outcome: held, scenario: asked, region: where };
}

function Ended({ run, query }: { run: Run; query: Readonly<Record<string, string>> }) {
  const found = useLoaded(() => answered(run, query), [run.id, run.state]);
  return (
    <>
      <div class="title-row run">
        <h1 class="utrecht-heading-1">{run.name}</h1>
        <p class="under-title">{said(run.question)} · {moment(run.created_at)}</p>
      </div>
      <Loaded of={found}>
        {(held) =>
          held ? <Held held={held} query={query} /> : (
            <Note kind="warning"><p>{t("no_answer")} {run.reason && <Told text={run.reason} />}</p></Note>
          )
        }
      </Loaded>
    </>
  );
}

const OWN_QUESTION = new Set(["optimise", "evaluate"]);

function Held({ held, query }: { held: Answered; query: Readonly<Record<string, string>> }) {
  const { run, outcome: answer } = held;
  const special = !OWN_QUESTION.has(run.question);
  const tabs = [
    ...(answer.diagnosis?.conflicts.length || (!answer.plan && !special) ? [{ value: "why", label: t("tab_why") }] : []),
    ...(special ? [{ value: "answer", label: t("tab_answer") }] : []),
    ...(run.has_plan
      ? (["map", "norms", "people", "years", "means"] as const).map((value) => ({ value, label: t(`tab_${value}`) }))
      : []),
    { value: "questions", label: t("tab_questions") },
    { value: "away", label: t("tab_away") },
    { value: "course", label: t("tab_course") },
  ];
  const tab = tabs.some(({ value }) => value === query["tab"]) ? (query["tab"] ?? "") : (tabs[0]?.value ?? "");
  useEffect(() => {
    document.title = `${tabs.find(({ value }) => value === tab)?.label ?? ""} – ${run.name} – ${t("title")}`;
  }, [tab]);
  return (
    <>
      <Verdict held={held} />
      <Tabs label={t("parts_of_answer")} value={tab} choices={tabs} link={(value) => href("run", run.id, { ...query, tab: value })} />
      {tab === "why" && <NoPlan held={held} />}
      {tab === "answer" && <Answer held={held} />}
      {tab === "questions" && <AskPanel held={held} />}
      {tab === "away" && <TakeAway held={held} query={query} />}
      {tab === "course" && <Panel title={t("tab_course")}><Course steps={run.trace ?? []} unit={answer.objectives[0]?.unit ?? ""} /><p><LinkButton href={href("scenario", "", { from: held.scenario.id })}>{t("change_scenario")}</LinkButton></p></Panel>}
      {["map", "norms", "people", "years", "means"].includes(tab) && <PlanView held={held} tab={tab} query={query} />}
    </>
  );
}
