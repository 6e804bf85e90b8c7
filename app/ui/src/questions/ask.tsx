// Asking further about a scenario: each question with the few things it needs to know.
import { useState } from "preact/hooks";
import type { Question, Rule } from "../api/contract";
import { careName, siteName } from "../api/region";
import { addRun } from "../api/workspace";
import type { Answered } from "../pages/run";
import { Button, Panel, Picker, type Choice } from "../parts/controls";
import { NumberField } from "../parts/fields";
import { Problems } from "../parts/problems";
import { go } from "../route";
import { sentence } from "../scenario/sentences";
import { said, t } from "../words/words";

const MEASURES = ["travel_time", "sites", "changes", "operating_cost", "worst_minutes", "transition_cost", "adverse_outcomes"];

export function AskPanel({ held }: { held: Answered }) {
  const [error, setError] = useState<unknown>(null);
  const ask = async (question: Question) => {
    setError(null);
    try {
      go("run", (await addRun(held.scenario.id, question)).id);
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <>
      {Boolean(error) && <Problems error={error} />}
      <div class="question-cards">
        <WhyNot held={held} ask={ask} />
        <Front ask={ask} />
        <Sweep held={held} ask={ask} />
        <Alternatives ask={ask} />
        <SitesOut ask={ask} />
        <Robust held={held} ask={ask} />
        <Panel title={said("diagnose")} level={3}><p>{t("ask_diagnose")}</p><Button onClick={() => ask({ question: "diagnose" })}>{t("ask_question")}</Button></Panel>
      </div>
    </>
  );
}

type Ask = { ask: (question: Question) => void };

function WhyNot({ held, ask }: Ask & { held: Answered }) {
  const [site, setSite] = useState("*");
  const [care, setCare] = useState("*");
  const told = held.region.summary;
  const every: Choice = { value: "*", label: t("all") };
  return (
    <Panel title={said("why_not")} level={3}>
      <p>{t("ask_why_not")}</p>
      <Picker label={t("site")} value={site} choices={[every, ...told.sites.filter(({ in_region }) => in_region).map(({ site_id }) => ({ value: site_id, label: siteName(told, site_id) }))]} onPick={setSite} />
      <Picker label={t("care_type")} value={care} choices={[every, ...held.outcome.scenario.care_types.map((id) => ({ value: id, label: careName(told, id) }))]} onPick={setCare} />
      <Button onClick={() => ask({ question: "why_not", site, care_type: care })}>{t("ask_question")}</Button>
    </Panel>
  );
}

function Front({ ask }: Ask) {
  const [x, setX] = useState("sites");
  const [y, setY] = useState("travel_time");
  const choices = MEASURES.map((value) => ({ value, label: said(value) }));
  return (
    <Panel title={said("pareto")} level={3}>
      <p>{t("ask_pareto")}</p>
      <Picker label={t("objective_n", { n: 1 })} value={x} choices={choices} onPick={setX} />
      <Picker label={t("objective_n", { n: 2 })} value={y} choices={choices} onPick={setY} />
      <Button disabled={x === y} onClick={() => ask({ question: "pareto", objectives: [x, y] })}>{t("ask_question")}</Button>
    </Panel>
  );
}

const SWEPT = ["at_least", "max_minutes", "at_most"] as const;
const limitOf = (rule: Rule) => SWEPT.find((field) => typeof rule[field] === "number");
const MOVABLE = new Set(["volume_norm", "access_norm", "site_count", "backup"]);

// The norms as the answer spells them out, so that each row of the data's own table is one to choose.
function Sweep({ held, ask }: Ask & { held: Answered }) {
  const told = held.region.summary;
  const rules = held.outcome.scenario.rules.filter((rule) => rule.id && MOVABLE.has(rule.rule) && limitOf(rule) && (rule["hardness"] ?? "hard") === "hard");
  const choices = rules.map((rule) => ({ value: rule.id ?? "", label: sentence(rule, told) })).sort((a, b) => a.label.localeCompare(b.label));
  const [id, setId] = useState(choices[0]?.value ?? "");
  const rule = rules.find((each) => each.id === id);
  const field = rule && limitOf(rule);
  const now = Number((field && rule[field]) ?? 0);
  const [ends, setEnds] = useState<{ from: number; to: number } | null>(null);
  const { from, to } = ends ?? { from: Math.round(now / 2), to: now * 2 };
  return (
    <Panel title={said("norm_sweep")} level={3}>
      <p>{t("ask_sweep")}</p>
      {rule && field ? (
        <>
          <Picker label={t("norm")} value={id} choices={choices} onPick={(next) => { setId(next); setEnds(null); }} />
          <NumberField label={t("from_value")} value={from} onValue={(value) => setEnds({ from: value ?? 0, to })} />
          <NumberField label={t("to_value")} value={to} onValue={(value) => setEnds({ from, to: value ?? 0 })} />
          <Button disabled={to <= from} onClick={() => ask({ question: "norm_sweep", rule: id, field, from, to })}>{t("ask_question")}</Button>
        </>
      ) : <p class="soft">{t("no_norm_to_sweep")}</p>}
    </Panel>
  );
}

function Alternatives({ ask }: Ask) {
  const [within, setWithin] = useState(2);
  const [most, setMost] = useState(10);
  return (
    <Panel title={said("alternatives")} level={3}>
      <p>{t("ask_alternatives")}</p>
      <NumberField label={t("within_percent")} value={within} onValue={(value) => setWithin(value ?? 0)} />
      <NumberField label={t("at_most_plans")} value={most} onValue={(value) => setMost(value ?? 1)} />
      <Button onClick={() => ask({ question: "alternatives", at_most: most, within_share: within / 100 })}>{t("ask_question")}</Button>
    </Panel>
  );
}

function SitesOut({ ask }: Ask) {
  const [minutes, setMinutes] = useState<number | null>(45);
  const [of, setOf] = useState("plan");
  return (
    <Panel title={said("one_site_out")} level={3}>
      <p>{t("ask_sites_out")}</p>
      <NumberField label={t("minutes")} value={minutes} onValue={setMinutes} />
      <Picker label={t("of_which")} value={of} choices={[{ value: "plan", label: t("best") }, { value: "today", label: t("today") }]} onPick={setOf} />
      <Button onClick={() => ask({ question: "one_site_out", max_minutes: minutes, of })}>{t("ask_question")}</Button>
    </Panel>
  );
}

function Robust({ held, ask }: Ask & { held: Answered }) {
  const [attitude, setAttitude] = useState("expected");
  const { futures } = held.region.summary;
  return (
    <Panel title={said("robustness")} level={3}>
      <p>{t("ask_robust")}</p>
      {futures.length < 2 ? <p class="soft">{t("no_futures")}</p> : (
        <>
          <Picker label={t("keep_small")} value={attitude} choices={["expected", "worst_case", "regret"].map((value) => ({ value, label: said(value) }))} onPick={setAttitude} />
          <Button onClick={() => ask({ question: "robustness", attitude })}>{t("ask_question")}</Button>
        </>
      )}
    </Panel>
  );
}
