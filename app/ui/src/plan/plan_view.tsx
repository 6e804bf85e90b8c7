// A plan: pickers, and under each tab the part that is asked for, all from the same few layers.
import type { Answered } from "../pages/run";
import { Loaded, useLoaded } from "../api/loaded";
import { planValues } from "../api/workspace";
import { Picker } from "../parts/controls";
import { setQuery } from "../route";
import { t } from "../words/words";
import { careChoices, chosenOf, firstChanged, groupChoices, lookChoices, periodChoices, type MapChoice } from "./choice";
import { MapTab } from "./map_tab";
import { MeansTab } from "./means_tab";
import { NormsTab } from "./norms_tab";
import { PeopleTab } from "./people_tab";
import { YearsTab } from "./years_tab";

export function PlanView({ held, tab, query }: { held: Answered; tab: string; query: Readonly<Record<string, string>> }) {
  const { outcome, region } = held;
  const { care_types, periods } = outcome.scenario;
  const chosen = chosenOf(query, outcome.scenario, region.summary.groups, firstChanged(outcome));
  if (tab === "norms") return <NormsTab held={held} />;
  if (tab === "means") return <MeansTab held={held} />;
  return (
    <>
      <div class="pickers">
        <Picker label={t("care_type")} value={chosen.care_type_id} choices={careChoices(region, care_types)} onPick={(care) => setQuery({ care })} />
        {periods.length > 1 && tab !== "years" && (
          <Picker label={t("period")} value={chosen.period} choices={periodChoices(region, periods)} onPick={(period) => setQuery({ period })} />
        )}
        {region.summary.groups.length > 0 && tab !== "years" && (
          <Picker label={t("group")} value={chosen.group} choices={groupChoices(region.summary.groups)} onPick={(group) => setQuery({ group })} />
        )}
        {tab === "map" && <Picker label={t("colour_by")} value={chosen.look} choices={lookChoices()} onPick={(look) => setQuery({ look })} />}
      </div>
      {tab === "years" && <YearsTab held={held} careType={chosen.care_type_id} />}
      {tab === "people" && <PeopleTab held={held} chosen={chosen} grouping={query["grouping"]} />}
      {tab === "map" && <OnTheMap held={held} chosen={chosen} />}
    </>
  );
}

// So few care types are fetched before they are asked for, once the first one is drawn.
const AHEAD = 4;

function OnTheMap({ held, chosen }: { held: Answered; chosen: MapChoice }) {
  const values = useLoaded(
    () => planValues(held.run.id, chosen),
    [held.run.id, chosen.care_type_id, chosen.period],
  );
  const { care_types } = held.outcome.scenario;
  const afterwards = () => {
    if (care_types.length <= AHEAD) for (const care_type_id of care_types) void planValues(held.run.id, { ...chosen, care_type_id }).catch(() => {});
  };
  return <Loaded of={values}>{([areas, sites]) => <MapTab held={held} chosen={chosen} areas={areas} sites={sites} onDrawn={afterwards} />}</Loaded>;
}
