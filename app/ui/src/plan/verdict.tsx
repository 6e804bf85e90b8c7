// The answer in one breath: what we hold, how sure it is, why it stopped, and whether it was checked again.
import type { Answered } from "../pages/run";
import { Badge } from "../parts/controls";
import { Told } from "../parts/told";
import { readable, share } from "../words/numbers";
import { said, t } from "../words/words";

export function Verdict({ held }: { held: Answered }) {
  const { outcome } = held;
  const [first] = outcome.objectives;
  const under = outcome.provenance["ledger"];
  const ledger = under !== null && typeof under === "object" && !Array.isArray(under) ? under : undefined;
  const departures = Array.isArray(ledger?.["departures"]) ? ledger["departures"] : [];
  const stopped = outcome.stopped_by === "gap" ? t("gap_reached") : said(outcome.stopped_by);
  return (
    <section class="verdict" aria-label={t("verdict")}>
      <Badge name={outcome.outcome} />
      <ul>
        <li>{stopped}</li>
        {first && first.value !== null && (
          <li>
            {said(first.objective)}: <strong>{readable(first.value)}</strong> {said(first.unit)}
            {first.bound !== null && first.bound !== undefined && outcome.outcome !== "optimal" && (
              <> · {t("cannot_beat", { bound: readable(first.bound), gap: share(first.gap ?? null, 3) })}</>
            )}
          </li>
        )}
        {outcome.verification?.passed && <li>{t("checked_again")}</li>}
        {outcome.breaches.some(({ hardness }) => hardness === "hard") && <li class="bad-text">{t("n_broken", { n: outcome.breaches.filter(({ hardness }) => hardness === "hard").length })}</li>}
        {ledger && <li>{t("made_under")} {String(ledger["name"] ?? "")}{departures.length > 0 && <span class="bad-text"> {t("departs")}</span>}</li>}
      </ul>
      {departures.length > 0 && <ul>{departures.map((line, place) => <li key={place}><Told text={String(line)} /></li>)}</ul>}
      {(outcome.warnings.length > 0 || outcome.assumed.length > 0) && (
        <details>
          <summary>{t("to_know", { n: outcome.warnings.length + outcome.assumed.length })}</summary>
          <ul>{[...outcome.warnings, ...outcome.assumed].map((line, place) => <li key={place}><Told text={typeof line === "string" ? line : JSON.stringify(line)} /></li>)}</ul>
        </details>
      )}
    </section>
  );
}
