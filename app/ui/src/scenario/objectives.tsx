// What a plan should make small, in order of importance.
import type { Objective } from "../api/contract";
import type { Editing } from "../pages/scenario";
import { Button, Panel, Picker } from "../parts/controls";
import { NumberField } from "../parts/fields";
import { said, t } from "../words/words";

const STARTS: Record<string, Partial<Objective>> = {
  beyond_minutes: { max_minutes: 45 }, tail_minutes: { share: 0.05 }, largest_organisation_loss: { measure: "cases" }, co2: { kg_per_km: { car: 0.15 } }, group_gap: { group: "*" },
};

export function Objectives({ editing }: { editing: Editing }) {
  const { text, change, catalogue, region } = editing;
  const objectives = text.objectives ?? [{ objective: "travel_time" }];
  const used = new Set(objectives.map(({ objective }) => objective));
  const set = (place: number, one: Objective) => change({ objectives: objectives.map((each, at) => (at === place ? one : each)) });
  const swap = (a: number, b: number) =>
    change({ objectives: objectives.map((each, at) => (at === a ? (objectives[b] ?? each) : at === b ? (objectives[a] ?? each) : each)) });
  const add = (objective: string) => {
    const more = objective === "staff" ? { resource: String(region.summary.resources[0]?.["resource_id"] ?? "") } : STARTS[objective];
    change({ objectives: [...objectives, { objective, ...more }] });
  };
  return (
    <Panel title={t("objectives")}>
      <p>{t("objectives_lead")}</p>
      <ol class="objectives">
        {objectives.map((one, place) => (
          <li key={place}>
            <span>{said(one.objective)}</span>
            {"max_minutes" in one && <NumberField inline label={t("minutes")} value={Number(one["max_minutes"])} onValue={(value) => set(place, { ...one, max_minutes: value ?? 0 })} />}
            {"max_minutes" in one && <span>{t("minutes")}</span>}
            <span class="row-buttons">
              <Button disabled={place === 0} label={`${t("up")}: ${said(one.objective)}`} onClick={() => swap(place, place - 1)}>↑</Button>
              <Button disabled={place === objectives.length - 1} label={`${t("down")}: ${said(one.objective)}`} onClick={() => swap(place, place + 1)}>↓</Button>
              <Button disabled={objectives.length === 1} label={t("remove_named", { name: said(one.objective) })} onClick={() => change({ objectives: objectives.filter((_, at) => at !== place) })}>{t("remove")}</Button>
            </span>
          </li>
        ))}
      </ol>
      <Picker
        label={t("add_objective")} value=""
        choices={[{ value: "", label: t("choose") }, ...catalogue.objectives.filter(({ kind }) => !used.has(kind) && kind !== "weighted" && kind !== "penalties").map(({ kind }) => ({ value: kind, label: said(kind) }))]}
        onPick={(kind) => kind && add(kind)}
      />
    </Panel>
  );
}
