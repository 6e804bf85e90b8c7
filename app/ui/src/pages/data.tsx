// Data: drag a zip or a workbook here; every problem with its remedy; a map and totals to recognise your region by; versions.
import { useMemo, useRef, useState } from "preact/hooks";
import type { Dataset } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { careName, organisationName, populations, region, type Region } from "../api/region";
import { addDataset, dataset, datasets, kindOf } from "../api/workspace";
import { CLASSES } from "../map/colours";
import { Legend } from "../map/legend";
import { RegionMap, type MapSite } from "../map/region_map";
import { Button, LinkButton, Note, Panel, Picker } from "../parts/controls";
import { FindingTable, Problems } from "../parts/problems";
import { Table } from "../parts/table";
import { go, href } from "../route";
import { language } from "../words/language";
import { day, moment, number } from "../words/numbers";
import { said, t } from "../words/words";
import { Differences } from "../data/differences";

export function DataPage({ id, query }: { id: string; query: Readonly<Record<string, string>> }) {
  return id ? <OneDataset id={id} against={query["against"]} /> : <EveryDataset />;
}

function EveryDataset() {
  const known = useLoaded(datasets, []);
  return (
    <>
      <h1 class="utrecht-heading-1">{t("page_data")}</h1>
      <p class="lead">{t("data_lead")}</p>
      <Drop />
      <Loaded of={known}>
        {(all) => (
          <Panel title={t("your_regions")}>
            {all.length === 0 ? <p>{t("no_regions")}</p> : (
              <Table
                caption={t("your_regions")} hideCaption
                columns={[{ title: t("name") }, { title: t("version"), numeric: true }, { title: t("reference_date") }, { title: t("areas"), numeric: true }, { title: t("sites"), numeric: true }, { title: t("loaded_at") }]}
                rows={all.map((each) => [
                  { value: each.title ?? each.name, show: <a class="utrecht-link" href={href("data", each.id)}>{each.title ?? each.name}</a> },
                  each.number, day(each.reference_date), each.rows["areas"] ?? 0, each.rows["sites"] ?? 0, { value: each.created_at, show: moment(each.created_at) },
                ])}
              />
            )}
          </Panel>
        )}
      </Loaded>
    </>
  );
}

function Drop() {
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>(null);
  const picker = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setError(null);
    if (!kindOf(file.name)) {
      setError(new Error(t("unknown_file")));
      return;
    }
    setBusy(file.name);
    try {
      go("data", (await addDataset(file)).id);
    } catch (problem) {
      setError(problem);
    }
    setBusy("");
  };
  return (
    <>
      <div
        class={`drop ${over ? "over" : ""}`}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => { event.preventDefault(); setOver(false); void take(event.dataTransfer?.files[0]); }}
      >
        <p aria-live="polite">{busy ? t("reading_file", { name: busy }) : t("drop_here")}</p>
        <label class="for-ears" for="file">{t("choose_file")}</label>
        <input id="file" ref={picker} class="for-ears" tabIndex={-1} type="file" accept=".zip,.xlsx,.json" onChange={(event) => { void take(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
        <Button primary disabled={busy !== ""} onClick={() => picker.current?.click()}>{t("choose_file")}</Button>{" "}
        <LinkButton href={`/v1/workbook-templates/${language()}`} download>{t("template")}</LinkButton>
      </div>
      {Boolean(error) && (error instanceof Error && error.message === t("unknown_file") ? <Note kind="error" role="alert"><p>{error.message}</p></Note> : <Problems error={error} title={t("not_loaded")} />)}
    </>
  );
}

function OneDataset({ id, against }: { id: string; against: string | undefined }) {
  const known = useLoaded(() => Promise.all([dataset(id), region(id), datasets()]), [id]);
  return (
    <Loaded of={known}>
      {([mine, where, all]) => (
        <>
          <h1 class="utrecht-heading-1">{mine.title ?? mine.name}</h1>
          <p class="under-title">{t("version_n", { n: mine.number })} · {t("reference_date")} {day(mine.reference_date)} · {t("loaded_at")} {moment(mine.created_at)}</p>
          <div class="buttons">
            <LinkButton primary href={href("scenario", "", { dataset: id })}>{t("write_scenario")}</LinkButton>
          </div>
          {mine.warnings.length > 0 && (
            <details class="warnings"><summary>{t("n_warnings", { n: mine.warnings.length })}</summary><FindingTable findings={mine.warnings} caption={t("warnings")} /></details>
          )}
          <Recognise mine={mine} where={where} />
          {all.length > 1 && (
            <Panel title={t("what_changed")} aside={
              <Picker label={t("beside_version")} value={against ?? ""} choices={[{ value: "", label: t("choose") }, ...all.filter((each) => each.id !== id).map((each) => ({ value: each.id, label: `${each.title ?? each.name} (${each.number})` }))]} onPick={(other) => go("data", id, { against: other })} />
            }>
              {against ? <Differences mine={mine} where={where} other={against} /> : <p>{t("choose_version")}</p>}
            </Panel>
          )}
        </>
      )}
    </Loaded>
  );
}

function Recognise({ mine, where }: { mine: Dataset; where: Region }) {
  const { summary } = where;
  const values = useMemo(() => populations(where), [where]);
  const sites = useMemo((): MapSite[] => summary.sites.flatMap(({ site_id, lon, lat, name }) =>
    typeof lon === "number" && typeof lat === "number" ? [{ site_id, name: String(name ?? site_id), lon, lat, state: "stays", size: 1 }] : []), [summary]);
  return (
    <>
      <div class="map-and-figures">
        <div class="map-column">
          <RegionMap label={t("map_of_region")} areas={where.areas} values={values} classes={CLASSES.population} sites={sites} />
          <Legend look="population" />
        </div>
        <div class="figure-column">
          <Panel title={t("totals")}>
            <dl class="cards-of-figures">
              <div><dt>{t("inhabitants_word")}</dt><dd><span class="large">{number(summary.totals.population, 0)}</span></dd></div>
              <div><dt>{t("areas")}</dt><dd><span class="large">{number(summary.totals.areas)}</span></dd></div>
              <div><dt>{t("sites")}</dt><dd><span class="large">{number(summary.totals.sites)}</span></dd></div>
              <div><dt>{t("care_types")}</dt><dd><span class="large">{number(summary.care_types.length)}</span></dd></div>
            </dl>
            {summary.travel_sources.length > 0 && <p class="soft">{t("travel_model")}: {summary.travel_sources.join("; ")}</p>}
          </Panel>
          <Panel title={t("tables")} level={3}>
            <ul class="counts">{Object.entries(mine.rows).map(([name, rows]) => <li key={name}><span>{name}</span> <span>{number(rows)}</span></li>)}</ul>
          </Panel>
        </div>
      </div>
      <Panel title={t("care_types")} quiet>
        <Table
          caption={t("care_types")} hideCaption
          columns={[{ title: t("care_type") }, { title: t("urgency") }, { title: t("cases"), numeric: true }, { title: t("sites_today"), numeric: true }]}
          rows={summary.care_types.map((row) => [careName(summary, row.care_type_id), said(String(row["urgency"] ?? "")), row.cases_per_year, row.sites_today])}
        />
      </Panel>
      <Panel title={t("sites")} quiet>
        <Table
          caption={t("sites")} hideCaption
          columns={[{ title: t("site") }, { title: t("organisation") }, { title: t("care_types_today"), numeric: true }]}
          rows={summary.sites.map((row) => [
            String(row["name"] ?? row.site_id), organisationName(summary, row["organisation_id"] as string | null),
            summary.site_care.filter((each) => each.site_id === row.site_id && each.offered_today).length,
          ])}
        />
      </Panel>
    </>
  );
}
