// The answer to a question other than "what is the best plan", in the shape of that question.
import type { Answered } from "../pages/run";
import { Panel } from "../parts/controls";
import { said, t } from "../words/words";
import { AlternativesAnswer } from "./alternatives";
import { FrontAnswer } from "./front";
import { FuturesAnswer } from "./futures";
import { PricesAnswer } from "./prices";
import { SitesOutAnswer } from "./sites_out";
import { SweepAnswer } from "./sweep";

export function Answer({ held }: { held: Answered }) {
  const { outcome, run } = held;
  return (
    <Panel title={said(run.question)}>
      {outcome.points ? <FrontAnswer held={held} points={outcome.points} />
      : outcome.steps ? <SweepAnswer held={held} steps={outcome.steps} />
      : outcome.alternatives ? <AlternativesAnswer held={held} plans={outcome.alternatives} />
      : outcome.prices ? <PricesAnswer held={held} prices={outcome.prices} />
      : outcome.one_site_out ? <SitesOutAnswer held={held} rows={outcome.one_site_out} />
      : outcome.futures ? <FuturesAnswer held={held} futures={outcome.futures} />
      : run.question === "diagnose" && outcome.plan ? <p>{t("no_conflict_at_all")}</p>
      : <p>{t("no_answer")}</p>}
    </Panel>
  );
}
