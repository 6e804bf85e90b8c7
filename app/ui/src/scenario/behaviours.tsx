// How patients find a site, in a sentence: for all care types, and for those that differ.
import { careName } from "../api/region";
import type { Editing } from "../pages/scenario";
import { Button, Picker } from "../parts/controls";
import { NumberField } from "../parts/fields";
import { said, t } from "../words/words";
import { chosenCareTypes } from "./care_types";

type One = NonNullable<Editing["text"]["behaviours"]>[string];
const FIRST: One = { behaviour: "nearest", mode: "car" };

export function Behaviours({ editing }: { editing: Editing }) {
  const { text, change, region, catalogue } = editing;
  const behaviours = text.behaviours ?? { "*": FIRST };
  const set = (id: string, one: One) => change({ behaviours: { ...behaviours, [id]: one } });
  const drop = (id: string) => change({ behaviours: Object.fromEntries(Object.entries(behaviours).filter(([each]) => each !== id)) });
  const others = chosenCareTypes(editing).filter((id) => !(id in behaviours));
  return (
    <fieldset class="ticks">
      <legend>{t("patients")}</legend>
      {Object.entries(behaviours).map(([id, one]) => (
        <p key={id} class="sentence">
          <span>{id === "*" ? t("patients_all") : t("patients_of", { care: careName(region.summary, id) })}</span>{" "}
          <Picker
            hideLabel label={t("patients")} value={one.behaviour}
            choices={catalogue.behaviours.map(({ kind }) => ({ value: kind, label: said(kind) }))}
            onPick={(behaviour) => set(id, { behaviour, mode: one.mode ?? "car", ...(behaviour === "choice" ? { weight_per_minute: 0.07 } : {}) })}
          />
          {region.summary.modes.length > 1 && (
            <Picker hideLabel label={t("mode")} value={one.mode ?? "car"} choices={region.summary.modes.map((value) => ({ value, label: said(value) }))} onPick={(mode) => set(id, { ...one, mode })} />
          )}
          {one.behaviour === "choice" && (
            <NumberField inline label={t("weight_per_minute")} value={Number(one["weight_per_minute"] ?? 0)} onValue={(value) => set(id, { ...one, weight_per_minute: value ?? 0 })} />
          )}
          {id !== "*" && <Button label={t("remove_named", { name: careName(region.summary, id) })} onClick={() => drop(id)}>{t("remove")}</Button>}
        </p>
      ))}
      {others.length > 0 && chosenCareTypes(editing).length > 1 && (
        <Picker label={t("patients_differ")} value="" choices={[{ value: "", label: t("choose") }, ...others.map((value) => ({ value, label: careName(region.summary, value) }))]} onPick={(id) => id && set(id, FIRST)} />
      )}
    </fieldset>
  );
}
