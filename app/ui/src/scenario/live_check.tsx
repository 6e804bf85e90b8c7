// Today's landscape held against the norms while they are written: what holds, what does not, and what is not yet right.
import { useEffect, useState } from "preact/hooks";
import type { Measure, NormRow, ScenarioText } from "../api/contract";
import { Refusal } from "../api/http";
import { careName, subjectName, type Region } from "../api/region";
import { checkToday } from "../api/workspace";
import { Badge, Panel } from "../parts/controls";
import { readable, signed } from "../words/numbers";
import { said, t } from "../words/words";

const PAUSE_MS = 350;
const SHOWN = 8;

interface Check {
  norms: NormRow[] | null;
  measures: Record<string, Measure> | null;
  assumed: string[];
}

export function LiveCheck({ text, datasetId, region }: { text: ScenarioText; datasetId: string; region: Region }) {
  const [check, setCheck] = useState<Check | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(true);
  useEffect(() => {
    const stop = new AbortController();
    setBusy(true);
    const timer = window.setTimeout(() => {
      checkToday(text, datasetId, { signal: stop.signal }).then(
        (told) => {
          setCheck(told);
          setError(null);
          setBusy(false);
        },
        (problem: unknown) => {
          if (stop.signal.aborted) return;
          setError(problem);
          setBusy(false);
        },
      );
    }, PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [JSON.stringify(text), datasetId]);
  return (
    <Panel title={t("today_under_norms")}>
      <div role="status" aria-busy={busy}>
        {error ? <NotYet error={error} /> : check?.norms ? <Held norms={check.norms} region={region} /> : check ? <p>{t("steered_needs_run")}</p> : <p>{t("loading")}</p>}
      </div>
    </Panel>
  );
}

function NotYet({ error }: { error: unknown }) {
  if (!(error instanceof Refusal)) return <p>{t("no_connection")}</p>;
  return (
    <>
      <p><Badge name="feasible">{t("not_yet")}</Badge></p>
      <ul>{(error.findings.length ? error.findings : [{ where: "", problem: error.message, fix: "" }]).slice(0, SHOWN).map((finding, place) => <li key={place} lang="en"><strong>{finding.where}</strong> {finding.problem} {finding.fix}</li>)}</ul>
    </>
  );
}

function Held({ norms, region }: { norms: NormRow[]; region: Region }) {
  const told = region.summary;
  const broken = norms.filter(({ holds }) => !holds);
  if (norms.length === 0) return <p>{t("no_norms_yet")}</p>;
  return (
    <>
      <p><Badge name={broken.length ? "infeasible" : "optimal"}>{broken.length ? t("norms_broken", { n: broken.length, all: norms.length }) : t("all_norms_met", { n: norms.length })}</Badge></p>
      <ul class="broken">
        {broken.slice(0, SHOWN).map((row, place) => (
          <li key={place}>
            {said(row.kind)} {careName(told, row.care_type_id)}, {subjectName(told, row.subject)}: {readable(row.value)} ({t("limit").toLowerCase()} {readable(row.limit)}, {signed(row.margin)})
          </li>
        ))}
      </ul>
      {broken.length > SHOWN && <p>{t("and_more", { n: broken.length - SHOWN })}</p>}
    </>
  );
}
