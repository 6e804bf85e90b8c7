// Which care types and periods the scenario is about; all of them unless some are chosen.
import { careName, periodName } from "../api/region";
import type { Editing } from "../pages/scenario";
import { Tick } from "../parts/fields";
import { number } from "../words/numbers";
import { t } from "../words/words";

export function CareTypes({ editing }: { editing: Editing }) {
  const { text, change, region } = editing;
  const { care_types, periods } = region.summary;
  const every = care_types.map(({ care_type_id }) => care_type_id);
  const chosen = new Set(text.care_types ?? every);
  const tick = (id: string, on: boolean) => {
    const next = every.filter((each) => (each === id ? on : chosen.has(each)));
    change({ care_types: next.length === every.length ? undefined : next });
  };
  const everyPeriod = periods.map((row) => String(row["period_id"]));
  const chosenPeriods = new Set(text.periods ?? everyPeriod);
  return (
    <>
      <fieldset class="ticks">
        <legend>{t("care_types")} ({t("n_of", { n: chosen.size, all: every.length })})</legend>
        <div class="tick-list">
          {care_types.map(({ care_type_id, cases_per_year }) => (
            <Tick key={care_type_id} label={`${careName(region.summary, care_type_id)} (${number(cases_per_year, 0)})`} checked={chosen.has(care_type_id)} onTick={(on) => tick(care_type_id, on)} />
          ))}
        </div>
      </fieldset>
      {everyPeriod.length > 1 && (
        <fieldset class="ticks">
          <legend>{t("periods")}</legend>
          <div class="tick-list">
            {everyPeriod.map((id) => (
              <Tick
                key={id} label={periodName(region.summary, id)} checked={chosenPeriods.has(id)}
                onTick={(on) => {
                  const next = everyPeriod.filter((each) => (each === id ? on : chosenPeriods.has(each)));
                  change({ periods: next.length === everyPeriod.length ? undefined : next });
                }}
              />
            ))}
          </div>
        </fieldset>
      )}
    </>
  );
}

export const chosenCareTypes = ({ text, region }: Editing): string[] =>
  text.care_types ?? region.summary.care_types.map(({ care_type_id }) => care_type_id);
