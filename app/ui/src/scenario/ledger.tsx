// The criteria ledger: which norms count, whose they are, why and on what ground, locked with a hash before results are seen.
import { useState } from "preact/hooks";
import type { Ledger, Rule } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { addLedger, ledgers, lockLedger } from "../api/workspace";
import type { Editing } from "../pages/scenario";
import { Badge, Button, Panel } from "../parts/controls";
import { TextField } from "../parts/fields";
import { Problems } from "../parts/problems";
import { moment } from "../words/numbers";
import { said, t } from "../words/words";
import { sentence } from "./sentences";

const NEEDED = ["reason", "party", "source"] as const;

export function LedgerPanel({ editing }: { editing: Editing }) {
  const [again, setAgain] = useState(0);
  const known = useLoaded(ledgers, [again]);
  return (
    <Panel title={t("ledger")}>
      <p>{t("ledger_lead")}</p>
      <Loaded of={known}>
        {({ ledgers: all, in_force }) => (
          <>
            <InForce ledger={all.find(({ id }) => id === in_force)} />
            <Drafts drafts={all.filter(({ locked_at }) => !locked_at)} onLocked={() => setAgain((count) => count + 1)} />
            <Draft editing={editing} onDrafted={() => setAgain((count) => count + 1)} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function InForce({ ledger }: { ledger: Ledger | undefined }) {
  if (!ledger) return <p>{t("no_ledger")}</p>;
  return (
    <div class="in-force">
      <p><Badge name="optimal">{t("ledger_in_force")}</Badge> <strong>{ledger.name}</strong> · {t("locked_at", { at: moment(ledger.locked_at) })}</p>
      <p class="soft">{ledger.runs_before === 0 ? t("locked_before_results") : t("locked_after_runs", { n: ledger.runs_before ?? 0 })} <code>{ledger.sha256.slice(0, 16)}</code></p>
      <ul>{ledger.criteria.map((each) => <li key={each.id}>{each.criterion} – {each.reason} ({each.party}; {each.source})</li>)}</ul>
    </div>
  );
}

function Drafts({ drafts, onLocked }: { drafts: Ledger[]; onLocked: () => void }) {
  const [error, setError] = useState<unknown>(null);
  return (
    <>
      {drafts.map((draft) => (
        <div class="rule" key={draft.id}>
          <p><strong>{draft.name}</strong> ({t("n_criteria", { n: draft.criteria.length })}) – {t("draft_only")}</p>
          <Button onClick={() => lockLedger(draft.id).then(onLocked, setError)} label={`${t("lock_ledger")}: ${draft.name}`}>{t("lock_ledger")}</Button>
        </div>
      ))}
      {Boolean(error) && <Problems error={error} />}
    </>
  );
}

function Draft({ editing, onDrafted }: { editing: Editing; onDrafted: () => void }) {
  const { text, region } = editing;
  const [name, setName] = useState("");
  const [error, setError] = useState<unknown>(null);
  const norms = (text.rules ?? []).filter((rule) => rule["from"] !== "table");
  const lacking = (rule: Rule) => NEEDED.filter((field) => !rule[field]);
  const incomplete = norms.filter((rule) => lacking(rule).length > 0);
  const draft = () => {
    const criteria = norms.map((rule, place) => ({
      id: rule.id ?? `${rule.rule}-${place + 1}`, criterion: sentence(rule, region.summary),
      reason: String(rule["reason"]), party: String(rule["party"]), source: String(rule["source"]), rule,
    }));
    addLedger({ name, criteria, objectives: text.objectives ?? null }).then(() => { setName(""); onDrafted(); }, setError);
  };
  if (norms.length === 0) return null;
  return (
    <details>
      <summary>{t("draft_ledger")}</summary>
      {incomplete.length > 0 ? (
        <>
          <p>{t("ledger_needs")}</p>
          <ul>{incomplete.map((rule, place) => <li key={place}>{sentence(rule, region.summary)}: {lacking(rule).map((field) => said(field).toLowerCase()).join(", ")}</li>)}</ul>
        </>
      ) : (
        <div class="fields">
          <TextField label={t("name")} value={name} onValue={setName} wide />
          <Button disabled={!name} onClick={draft}>{t("keep_draft")}</Button>
        </div>
      )}
      {Boolean(error) && <Problems error={error} />}
    </details>
  );
}
