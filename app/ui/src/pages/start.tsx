// Start: what this is, a made-up region one click away, your regions and your latest plans.
import { useState } from "preact/hooks";
import type { Dataset, Run } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { addMadeUpRegion, addRun, datasets, runs } from "../api/workspace";
import { Button, LinkButton, Panel, RunBadge } from "../parts/controls";
import { Problems } from "../parts/problems";
import { go, href } from "../route";
import { day, moment, number } from "../words/numbers";
import { said, t } from "../words/words";

const SHOWN = 8;

export function StartPage() {
  const known = useLoaded(() => Promise.all([datasets(), runs()]), []);
  return (
    <>
      <div class="hero">
        <h1 class="utrecht-heading-1">{t("hero_title")}</h1>
        <p class="lead">{t("hero_text")}</p>
        <Demo />
        <ol class="steps">
          {(["step_data", "step_scenario", "step_plan", "step_compare"] as const).map((word) => <li key={word}>{t(word)}</li>)}
        </ol>
      </div>
      <Loaded of={known}>
        {([regions, all]) => (
          <div class="halves">
            <Panel title={t("your_regions")}><Regions regions={regions} /></Panel>
            <Panel title={t("latest_plans")}><Runs runs={all.filter(({ question }) => question !== "evaluate").slice(0, SHOWN)} /></Panel>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Demo() {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>(null);
  const begin = async (size: string) => {
    setBusy(size);
    setError(null);
    try {
      const { scenario } = await addMadeUpRegion(size);
      const earlier = (await runs()).find((run) => run.scenario_id === scenario.id && run.question === "optimise" && run.state !== "failed");
      go("run", (earlier ?? (await addRun(scenario.id))).id);
    } catch (problem) {
      setError(problem);
      setBusy("");
    }
  };
  return (
    <>
      <div class="buttons">
        <Button primary disabled={busy !== ""} onClick={() => void begin("small")}>{busy === "small" ? t("loading") : t("demo_small")}</Button>
        <Button disabled={busy !== ""} onClick={() => void begin("region")}>{busy === "region" ? t("loading") : t("demo_region")}</Button>
        <LinkButton href={href("data")}>{t("own_region")}</LinkButton>
      </div>
      {Boolean(error) && <Problems error={error} />}
    </>
  );
}

function Regions({ regions }: { regions: Dataset[] }) {
  if (regions.length === 0) return <p>{t("no_regions")}</p>;
  return (
    <ul class="cards">
      {regions.slice(0, SHOWN).map((each) => (
        <li key={each.id}>
          <a href={href("data", each.id)}>{each.title ?? each.name}</a>
          <span>{t("version_n", { n: each.number })} · {t("n_areas", { n: number(each.rows["areas"] ?? 0) })} · {t("n_sites", { n: number(each.rows["sites"] ?? 0) })}</span>
          {each.reference_date && <span>{t("reference_date")} {day(each.reference_date)}</span>}
        </li>
      ))}
    </ul>
  );
}

export function Runs({ runs: all, long }: { runs: Run[]; long?: boolean }) {
  if (all.length === 0) return <p>{t("no_runs")}</p>;
  return (
    <ul class={`cards ${long ? "long" : ""}`}>
      {all.map((run) => (
        <li key={run.id}>
          <a href={href("run", run.id)}>{run.name}</a>
          <span>{said(run.question)} · {moment(run.created_at)}</span>
          <RunBadge run={run} />
        </li>
      ))}
    </ul>
  );
}
