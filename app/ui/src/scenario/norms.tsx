// The norms of a scenario: those of the data's own table, and those written here, each a sentence.
import { useState } from "preact/hooks";
import { Refusal } from "../api/http";
import type { Rule } from "../api/contract";
import type { Editing } from "../pages/scenario";
import { Button, Panel, Picker } from "../parts/controls";
import { Tick } from "../parts/fields";
import { said, t } from "../words/words";
import { chosenCareTypes } from "./care_types";
import { RuleEditor } from "./rule_editor";
import { sentence } from "./sentences";

const fromTable = (rule: Rule) => rule["from"] === "table";
const STARTS: Record<string, Partial<Rule>> = {
  volume_norm: { at_least: 50, bearer: "site" },
  access_norm: { max_minutes: 45, kind: "no_worse", mode: "car" },
  site_count: { at_least: 1 },
  interdependency: { relation: "same_site" },
  budget: { at_most_eur: 1_000_000, scope: "transition" },
  organisation_balance: { measure: "revenue", at_least_share: 0.9 },
  change_limit: { at_most: 2, counts: "both" },
  backup: { max_minutes: 45, at_least_share: 0.9 },
};

export function Norms({ editing, error }: { editing: Editing; error: unknown }) {
  const { text, change, catalogue } = editing;
  const rules = text.rules ?? [];
  const [kind, setKind] = useState("volume_norm");
  const replace = (place: number, rule: Rule) => change({ rules: rules.map((each, at) => (at === place ? rule : each)) });
  const remove = (place: number) => change({ rules: rules.filter((_, at) => at !== place) });
  const add = () => {
    const first = chosenCareTypes(editing)[0] ?? "*";
    const needs = catalogue.rules.find((each) => each.kind === kind)?.fields["care_type"];
    const own = kind !== "budget" && kind !== "change_limit" && kind !== "organisation_balance" && needs ? { care_type: first } : {};
    change({ rules: [...rules, { rule: kind, id: freeId(rules, kind), ...own, ...STARTS[kind] }] });
  };
  return (
    <Panel title={t("norms")}>
      <p>{t("norms_lead")}</p>
      <FromData editing={editing} />
      <ol class="rules">
        {rules.map((rule, place) =>
          rule.rule === "lock" || fromTable(rule) ? null : (
            <RuleEditor
              key={place} rule={rule} member={catalogue.rules.find((each) => each.kind === rule.rule)} editing={editing} problem={problemAt(error, place)}
              onChange={(next) => replace(place, next)} onRemove={() => remove(place)}
            />
          ),
        )}
      </ol>
      <div class="add-rule">
        <Picker label={t("kind_of_norm")} value={kind} choices={catalogue.rules.filter((each) => each.kind !== "lock").map((each) => ({ value: each.kind, label: said(each.kind) }))} onPick={setKind} />
        <Button onClick={add}>{t("add_norm")}</Button>
      </div>
    </Panel>
  );
}

export function freeId(rules: Rule[], kind: string): string {
  const taken = new Set(rules.map(({ id }) => id));
  for (let n = 1; ; n += 1) if (!taken.has(`${kind}-${n}`)) return `${kind}-${n}`;
}

function problemAt(error: unknown, place: number): string | undefined {
  if (!(error instanceof Refusal)) return undefined;
  const mine = error.findings.filter(({ where }) => where.startsWith(`rules[${place}]`));
  return mine.map(({ problem, fix }) => `${problem} ${fix}`).join(" ") || undefined;
}

// The tables norms and interdependencies of the data bind only when the scenario takes them.
function FromData({ editing }: { editing: Editing }) {
  const { text, change, region } = editing;
  const rules = text.rules ?? [];
  const kinds = [...new Set(region.summary.norms.map((row) => String(row["rule"])))];
  if (region.summary.interdependencies.length > 0) kinds.push("interdependency");
  if (kinds.length === 0) return null;
  return (
    <fieldset class="ticks">
      <legend>{t("norms_of_data")}</legend>
      {kinds.map((kind) => {
        const rows = kind === "interdependency" ? region.summary.interdependencies : region.summary.norms.filter((row) => row["rule"] === kind);
        const taken = rules.some((rule) => rule.rule === kind && fromTable(rule));
        return (
          <div key={kind} class="from-data">
            <Tick
              label={`${said(kind)} (${rows.length})`} checked={taken}
              onTick={(on) => change({ rules: on ? [...rules, { rule: kind, from: "table" }] : rules.filter((rule) => !(rule.rule === kind && fromTable(rule))) })}
            />
            <details>
              <summary>{t("see_them")}<span class="for-ears">: {said(kind)}</span></summary>
              <ul>
                {rows.map((row, place) => {
                  const rule = { ...row, rule: kind, ...(kind === "interdependency" ? { care_type: row["care_type_id"] ?? null } : {}) } as Rule;
                  return <li key={place}>{sentence(rule, region.summary)}{row["source"] ? <span class="soft"> – {String(row["source"])}</span> : null}</li>;
                })}
              </ul>
            </details>
          </div>
        );
      })}
    </fieldset>
  );
}
