// Why there is no plan: the norms that cannot hold together, in words and on the map, and the smallest changes that would help.
import { useMemo, useState } from "preact/hooks";
import type { Conflict, Json, Plan, Rule, Scenario } from "../api/contract";
import { addRun, addScenario, areaValues, ended } from "../api/workspace";
import { CLASSES } from "../map/colours";
import { Legend } from "../map/legend";
import { RegionMap, type MapSite } from "../map/region_map";
import type { Answered } from "../pages/run";
import { FigureDifferences } from "../plan/figure_differences";
import { Button, Panel } from "../parts/controls";
import { Problems } from "../parts/problems";
import { go } from "../route";
import { sentence } from "../scenario/sentences";
import { number, share } from "../words/numbers";
import { said, t } from "../words/words";
import { showPlan } from "./show_plan";

interface Change {
  rule: string;
  field: string;
  from?: Json;
  to?: Json;
  text?: string;
  with?: Record<string, Json>;
}

export function NoPlan({ held }: { held: Answered }) {
  const { outcome } = held;
  const { conflicts = [], repairs = [] } = outcome.diagnosis ?? {};
  if (conflicts.length === 0) return <Panel title={t("tab_why")}><p>{t("no_conflict_found")}</p></Panel>;
  return (
    <>
      <Panel title={t("cannot_hold_together")}>
        <p>{t("conflict_text")}</p>
        {conflicts.map((conflict, place) => <ConflictCard key={place} conflict={conflict} held={held} place={place} />)}
        <ConflictMap held={held} />
      </Panel>
      <Panel title={t("what_would_help")}>
        {repairs.length === 0 && <p>{t("no_repair_found")}</p>}
        <ol class="repairs">
          {repairs.map((repair, place) => (
            <li key={place}>
              <RepairCard changes={changesOf(repair.change)} held={held} plan={repair.plan ?? null}>
                {repair.measures && <FigureDifferences measures={repair.measures} today={outcome.baseline?.measures ?? {}} />}
              </RepairCard>
            </li>
          ))}
        </ol>
      </Panel>
    </>
  );
}

const record = (value: Json): Record<string, Json> => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});
export const changesOf = (change: Json): Change[] => (Array.isArray(change) ? change : [change]).map((each) => record(each) as unknown as Change);
const ruleNamed = (held: Answered, id: Json | undefined): Rule | undefined => held.outcome.scenario.rules.find((rule) => rule.id === id);

function ConflictCard({ conflict, held, place }: { conflict: Conflict; held: Answered; place: number }) {
  return (
    <div class="conflict">
      <h3 class="utrecht-heading-3">{t("conflict_n", { n: place + 1 })}</h3>
      <ul>{conflict.members.map((member, at) => <li key={at}>{memberText(member, held)}</li>)}</ul>
      <p class="soft">{t(conflict.proof === "proved" ? "conflict_proved" : "conflict_not_smallest")}</p>
    </div>
  );
}

function memberText(member: Json, held: Answered): string {
  if (typeof member === "string") return member;
  const { rule, text, party } = record(member);
  const found = ruleNamed(held, rule);
  const who = party ? ` (${String(party)})` : "";
  return found ? sentence(found, held.region.summary) + who : String(text ?? rule);
}

// Where the conflict lies: areas that are too far today, and the sites that locks or volume norms speak of.
function ConflictMap({ held }: { held: Answered }) {
  const { region, outcome } = held;
  const named = new Set((outcome.diagnosis?.conflicts ?? []).flatMap(({ members }) => members.map((member) => ruleNamed(held, record(member)["rule"])?.["site"])));
  const broken = new Set((outcome.baseline?.breaches ?? []).map(({ subject }) => subject));
  const sites = useMemo((): MapSite[] => region.summary.sites.flatMap((row) => {
    const { lon, lat, site_id } = row;
    if (typeof lon !== "number" || typeof lat !== "number") return [];
    const state = named.has(site_id) ? "lock_open" : broken.has(site_id) ? "closes" : "stays";
    return [{ site_id, name: String(row["name"] ?? site_id), lon, lat, state, size: 1 }];
  }), [region]);
  const [travel, setTravel] = useState<Map<string, number | null> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const access = (outcome.diagnosis?.conflicts ?? []).flatMap(({ members }) => members.map((member) => ruleNamed(held, record(member)["rule"]))).find((rule) => rule?.["max_minutes"] !== undefined);
  const empty = useMemo(() => new Map<string, number | null>(), []);
  const show = () => todaysTravel(held, String(access?.["care_type"] ?? "")).then(setTravel, setError);
  return (
    <div class="conflict-map">
      <RegionMap label={t("map_of_conflict")} areas={region.areas} values={travel ?? empty} classes={CLASSES.minutes_today} sites={sites} small />
      <p class="soft">{t("map_of_conflict_text")}</p>
      {travel ? <Legend look="minutes_today" /> : access && <Button onClick={() => void show()}>{t("show_todays_travel")}</Button>}
      {Boolean(error) && <Problems error={error} />}
    </div>
  );
}

// Today's minutes to a care type under this scenario: they come with a run, so one is asked.
async function todaysTravel(held: Answered, careType: string): Promise<Map<string, number | null>> {
  const run = await addRun(held.scenario.id, { question: "evaluate" });
  await ended(run.id);
  const rows = await areaValues(run.id, { care_type_id: careType, period: held.outcome.scenario.periods[0] ?? "" });
  return new Map(rows.map((row) => [row.area_id, row.minutes_today]));
}

function RepairCard(props: { changes: Change[]; held: Answered; plan: Plan | null; children: preact.ComponentChildren }) {
  const { changes, held, plan } = props;
  const [error, setError] = useState<unknown>(null);
  const apply = async () => {
    try {
      const made = await withChanges(held, changes);
      go("run", (await addRun(made.id)).id);
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <div class="repair">
      <ul>{changes.map((change, at) => <li key={at}>{changeText(change, held)}</li>)}</ul>
      {props.children}
      <div class="buttons">
        {plan && <Button onClick={() => showPlan(held, plan).catch(setError)}>{t("preview_plan")}</Button>}
        <Button primary onClick={() => void apply()}>{t("calculate_with_change")}</Button>
      </div>
      {Boolean(error) && <Problems error={error} />}
    </div>
  );
}

export function changeText({ rule, field, from, to, text }: Change, held: Answered): string {
  const found = ruleNamed(held, rule);
  if (!found) return text ?? rule;
  const told = sentence(found, held.region.summary);
  if (field === "hardness") return t("repair_drop", { norm: told });
  const shown = (value: Json | undefined) =>
    typeof value === "number" ? (field.endsWith("share") ? share(value, 2) : number(value, 3)) : said(value === undefined || value === null ? "" : String(value));
  return t("repair_change", { norm: told, from: shown(from), to: shown(to) });
}

function withChanges(held: Answered, changes: Change[]): Promise<Scenario> {
  const { scenario } = held.outcome;
  const rules = scenario.rules.map((rule) => {
    const mine = changes.filter((change) => change.rule === rule.id);
    return mine.reduce<Rule>((made, { field, to, with: more }) => ({ ...made, ...more, ...(to === undefined ? { hardness: "report" } : { [field]: to }) }), rule);
  });
  const { question: _question, ...rest } = scenario;
  return addScenario({ ...rest, name: t("name_with_change", { name: scenario.name }), rules, question: { question: "optimise" } }, { dataset_id: held.scenario.dataset_id });
}
