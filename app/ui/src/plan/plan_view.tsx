// A plan: pickers, and under each tab the part that is asked for, all from the same few layers.
import type { Answered } from "../pages/run";
import { Loaded, useLoaded } from "../api/loaded";
import { areaValues, siteValues } from "../api/workspace";
import { Picker } from "../parts/controls";
import { setQuery } from "../route";
import { t } from "../words/words";
import { careChoices, chosenOf, lookChoices, periodChoices } from "./choice";
import { MapTab } from "./map_tab";
import { MeansTab } from "./means_tab";
import { NormsTab } from "./norms_tab";
import { PeopleTab } from "./people_tab";
import { YearsTab } from "./years_tab";

export function PlanView({ held, tab, query }: { held: Answered; tab: string; query: Readonly<Record<string, string>> }) {
  const { outcome, region, run } = held;
  const { care_types, periods } = outcome.scenario;
  const chosen = chosenOf(query, outcome.scenario, firstChanged(held));
  const values = useLoaded(
    () => Promise.all([areaValues(run.id, chosen), siteValues(run.id, chosen)]),
    [run.id, chosen.care_type_id, chosen.period],
  );
  if (tab === "norms") return <NormsTab held={held} />;
  if (tab === "means") return <MeansTab held={held} />;
  return (
    <>
      <div class="pickers">
        <Picker label={t("care_type")} value={chosen.care_type_id} choices={careChoices(region, care_types)} onPick={(care) => setQuery({ care })} />
        {periods.length > 1 && tab !== "years" && (
          <Picker label={t("period")} value={chosen.period} choices={periodChoices(region, periods)} onPick={(period) => setQuery({ period })} />
        )}
        {tab === "map" && <Picker label={t("colour_by")} value={chosen.look} choices={lookChoices()} onPick={(look) => setQuery({ look })} />}
      </div>
      {tab === "years" ? <YearsTab held={held} careType={chosen.care_type_id} /> : (
        <Loaded of={values}>
          {([areas, sites]) =>
            tab === "map" ? <MapTab held={held} chosen={chosen} areas={areas} sites={sites} /> : (
              <PeopleTab held={held} areas={areas} grouping={query["grouping"]} />
            )
          }
        </Loaded>
      )}
    </>
  );
}

// The care type to begin with: one in which something changes.
function firstChanged({ outcome }: Answered): string | undefined {
  const key = (offer: { site_id: string; care_type_id: string }) => `${offer.site_id} ${offer.care_type_id}`;
  const today = new Set((outcome.baseline?.plan.offers ?? []).map(key));
  const then = new Set((outcome.plan?.offers ?? []).map(key));
  const gone = outcome.baseline?.plan.offers.find((offer) => !then.has(key(offer)));
  return gone?.care_type_id ?? outcome.plan?.offers.find((offer) => !today.has(key(offer)))?.care_type_id;
}
