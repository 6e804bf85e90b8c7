// What a plan changes beside today, in a line per care type: which sites open, which close.
import type { Offer, Plan } from "../api/contract";
import { careName, siteName } from "../api/region";
import type { Answered } from "../pages/run";
import { Mark } from "../map/marks";
import { said, t } from "../words/words";

export interface Changed {
  care_type_id: string;
  opens: string[];
  closes: string[];
}

const sitesBy = (offers: Offer[], period: string | undefined) => {
  const made = new Map<string, Set<string>>();
  for (const offer of offers) {
    if (period && offer.period && offer.period !== period) continue;
    made.set(offer.care_type_id, (made.get(offer.care_type_id) ?? new Set()).add(offer.site_id));
  }
  return made;
};

// Of several periods the last one.
export function changedOffers(held: Answered, plan: Plan, beside: Offer[] = held.outcome.baseline?.plan.offers ?? []): Changed[] {
  const { care_types, periods } = held.outcome.scenario;
  const [today, then] = [sitesBy(beside, periods.at(-1)), sitesBy(plan.offers, periods.at(-1))];
  return care_types.flatMap((care_type_id) => {
    const [before, after] = [today.get(care_type_id) ?? new Set<string>(), then.get(care_type_id) ?? new Set<string>()];
    const opens = [...after].filter((site) => !before.has(site));
    const closes = [...before].filter((site) => !after.has(site));
    return opens.length + closes.length > 0 ? [{ care_type_id, opens, closes }] : [];
  });
}

export function OffersOf({ held, plan }: { held: Answered; plan: Plan }) {
  const told = held.region.summary;
  const changed = changedOffers(held, plan);
  if (changed.length === 0) return <p>{t("same_as_today")}</p>;
  return (
    <ul class="changes">
      {changed.map(({ care_type_id, opens, closes }) => (
        <li key={care_type_id}>
          <strong>{careName(told, care_type_id)}</strong>{" "}
          {closes.map((site) => <span key={site} class="one-change"><Mark state="closes" /> {siteName(told, site)} {said("closes")}</span>)}
          {opens.map((site) => <span key={site} class="one-change"><Mark state="opens" /> {siteName(told, site)} {said("opens")}</span>)}
        </li>
      ))}
    </ul>
  );
}

export function changedText(held: Answered, plan: Plan, beside?: Plan): string {
  const told = held.region.summary;
  return changedOffers(held, plan, beside?.offers)
    .map(({ care_type_id, opens, closes }) => [
      careName(told, care_type_id) + ":", ...closes.map((site) => `−${siteName(told, site)}`), ...opens.map((site) => `+${siteName(told, site)}`),
    ].join(" "))
    .join("; ") || t(beside ? "the_best" : "same_as_today");
}
