// Plans that are almost as good: how often each site stays open among them, and the plans themselves.
import type { ObjectiveRow, Plan } from "../api/contract";
import { careName, siteName } from "../api/region";
import type { Answered } from "../pages/run";
import { Button } from "../parts/controls";
import { Table } from "../parts/table";
import { share, signed } from "../words/numbers";
import { said, t } from "../words/words";
import { changedText } from "./offers";
import { showPlan } from "./show_plan";

export function AlternativesAnswer({ held, plans }: { held: Answered; plans: { objectives: ObjectiveRow[]; plan: Plan }[] }) {
  const told = held.region.summary;
  const within = held.outcome.scenario.question["within_share"];
  const best = plans[0]?.objectives[0]?.value ?? null;
  const count = new Map<string, number>();
  for (const { plan } of plans) {
    for (const pair of new Set(plan.offers.map(({ site_id, care_type_id }) => `${care_type_id}\n${site_id}`))) count.set(pair, (count.get(pair) ?? 0) + 1);
  }
  const pairs = [...count].map(([pair, times]) => {
    const [care = "", site = ""] = pair.split("\n");
    return { care, site, times };
  }).sort((a, b) => a.care.localeCompare(b.care) || b.times - a.times);
  return (
    <>
      <p>{t(held.outcome.complete ? "alternatives_all" : "alternatives_some", { n: plans.length, within: typeof within === "number" ? share(within) : "–" })}</p>
      <Table
        caption={t("open_in_how_many")}
        columns={[{ title: t("care_type") }, { title: t("site") }, { title: t("open_in"), numeric: true }]}
        rows={pairs.map(({ care, site, times }) => [careName(told, care), siteName(told, site), { value: times, show: <InOf times={times} all={plans.length} /> }])}
      />
      <Table
        caption={said("alternatives")}
        columns={[{ title: t("nth"), numeric: true }, { title: said(plans[0]?.objectives[0]?.objective), numeric: true }, { title: t("beside_best"), numeric: true }, { title: t("unlike_best") }, { title: "" }]}
        rows={plans.map(({ objectives, plan }, place) => {
          const value = objectives[0]?.value ?? null;
          const more = best && value !== null ? (value - best) / best : null;
          return [
            place + 1, value, { value: more, show: more === null ? "–" : `${signed(more * 100, 2)} %` }, changedText(held, plan, plans[0]?.plan),
            { value: "", show: <Button onClick={() => void showPlan(held, plan)}>{t("show_plan")}</Button> },
          ];
        })}
      />
    </>
  );
}

const InOf = ({ times, all }: { times: number; all: number }) => (
  <span class="in-of"><svg viewBox="0 0 60 10" aria-hidden="true"><rect class="whole" width="60" height="10" /><rect class="part" width={(60 * times) / Math.max(all, 1)} height="10" /></svg>{t("in_n_of", { n: times, all })}</span>
);
