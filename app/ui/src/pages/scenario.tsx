// A scenario: norms, behaviour and decisions in sentences, the map to take decisions on, and today's landscape held against it.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Catalogue, Dataset, Scenario, ScenarioText } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { region, type Region } from "../api/region";
import { addRun, addScenario, catalogue, datasets, scenario as readScenario, scenarios as readScenarios } from "../api/workspace";
import { Button, LinkButton, Note, Panel, Picker } from "../parts/controls";
import { NumberField, TextField } from "../parts/fields";
import { Problems } from "../parts/problems";
import { go, href } from "../route";
import { Behaviours } from "../scenario/behaviours";
import { CareTypes } from "../scenario/care_types";
import { LedgerPanel } from "../scenario/ledger";
import { LiveCheck } from "../scenario/live_check";
import { Locks } from "../scenario/locks";
import { Norms } from "../scenario/norms";
import { Objectives } from "../scenario/objectives";
import { moment } from "../words/numbers";
import { t } from "../words/words";

export interface Editing {
  text: ScenarioText;
  change: (changes: Partial<ScenarioText>) => void;
  region: Region;
  catalogue: Catalogue;
}

export function ScenarioPage({ query }: { query: Readonly<Record<string, string>> }) {
  const { dataset, from } = query;
  const known = useLoaded(async () => {
    if (!dataset && !from) return null;
    const base = from ? await readScenario(from) : undefined;
    const id = dataset ?? base?.dataset_id ?? "";
    const [where, kinds] = await Promise.all([region(id), catalogue()]);
    return { base, id, where, kinds };
  }, [dataset, from]);
  return (
    <Loaded of={known}>
      {(found) => (found ? <Editor base={found.base} datasetId={found.id} where={found.where} kinds={found.kinds} /> : <Chooser />)}
    </Loaded>
  );
}

function Chooser() {
  const known = useLoaded(() => Promise.all([datasets(), readScenarios()]), []);
  return (
    <>
      <h1 class="utrecht-heading-1">{t("page_scenario")}</h1>
      <p class="lead">{t("scenario_lead")}</p>
      <Loaded of={known}>{([regions, all]) => <Begin regions={regions} all={all} />}</Loaded>
    </>
  );
}

function Begin({ regions, all }: { regions: Dataset[]; all: Scenario[] }) {
  const [id, setId] = useState(regions[0]?.id ?? "");
  if (regions.length === 0) return <Note><p>{t("no_regions")}</p><p><LinkButton href={href("data")}>{t("page_data")}</LinkButton></p></Note>;
  return (
    <div class="halves">
      <Panel title={t("new_scenario")}>
        <Picker label={t("page_data")} value={id} choices={regions.map((each) => ({ value: each.id, label: `${each.title ?? each.name} (${each.number})` }))} onPick={setId} />
        <LinkButton primary href={href("scenario", "", { dataset: id })}>{t("begin")}</LinkButton>
      </Panel>
      <Panel title={t("go_on_from")}>
        {all.length === 0 ? <p>{t("none")}</p> : (
          <ul class="cards">
            {all.slice(0, 20).map((each) => (
              <li key={each.id}><a href={href("scenario", "", { from: each.id })}>{each.name || each.id}</a><span>{moment(each.created_at)}</span></li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}

function firstText(base: Scenario | undefined): ScenarioText {
  if (base) {
    const { question: _question, ...rest } = base.scenario;
    return rest;
  }
  return {
    name: t("first_name"), behaviours: { "*": { behaviour: "nearest", mode: "car" } }, rules: [],
    objectives: [{ objective: "travel_time" }, { objective: "changes" }], limits: { seconds: 120, relative_gap: 0 },
  };
}

function Editor({ base, datasetId, where, kinds }: { base: Scenario | undefined; datasetId: string; where: Region; kinds: Catalogue }) {
  const [text, setText] = useState<ScenarioText>(() => firstText(base));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const change = (changes: Partial<ScenarioText>) => setText((before) => ({ ...before, ...changes }));
  const editing: Editing = { text, change, region: where, catalogue: kinds };
  useEffect(() => setError(null), [text]);
  const more = useMemo(() => ({ dataset_id: datasetId }), [datasetId]);
  const save = async (run: boolean) => {
    setBusy(true);
    setError(null);
    try {
      const made = await addScenario(text, more);
      if (run) go("run", (await addRun(made.id)).id);
      else go("scenario", "", { from: made.id });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <form class="scenario" onSubmit={(event) => { event.preventDefault(); void save(true); }}>
      <h1 class="utrecht-heading-1">{t("page_scenario")}</h1>
      <div class="scenario-columns">
        <div>
          <Panel title={t("what_about")}>
            <TextField label={t("name")} value={text.name} onValue={(name) => change({ name })} wide />
            <CareTypes editing={editing} />
            <Behaviours editing={editing} />
          </Panel>
          <Norms editing={editing} error={error} />
          <Locks editing={editing} />
          <Objectives editing={editing} />
          <LedgerPanel editing={editing} />
          <Panel title={t("how_long")}>
            <div class="fields">
              <NumberField label={t("most_seconds")} value={text.limits?.seconds} onValue={(seconds) => change({ limits: { ...text.limits, seconds: seconds ?? 60 } })} min={1} />
              <NumberField label={t("gap_enough")} value={(text.limits?.relative_gap ?? 0) * 100} onValue={(gap) => change({ limits: { ...text.limits, relative_gap: (gap ?? 0) / 100 } })} />
            </div>
          </Panel>
        </div>
        <aside class="live" aria-label={t("live_check")}>
          <LiveCheck text={text} datasetId={datasetId} region={where} />
          {Boolean(error) && <Problems error={error} title={t("not_yet")} />}
          <div class="buttons">
            <Button primary submit disabled={busy}>{t("save_run")}</Button>
            <Button disabled={busy} onClick={() => void save(false)}>{t("save_only")}</Button>
          </div>
        </aside>
      </div>
    </form>
  );
}
