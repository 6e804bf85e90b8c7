// The plan on the map: areas by minutes, sites by what happens, flows of what is pointed at, and all of it as tables.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { AreaValues, SiteValues } from "../api/contract";
import { organisationName, siteName } from "../api/region";
import { flows } from "../api/workspace";
import { CLASSES } from "../map/colours";
import type { Drawn } from "../map/drawn_map";
import { Legend } from "../map/legend";
import { Mark } from "../map/marks";
import { RegionMap, type Line, type Pointed } from "../map/region_map";
import type { Answered } from "../pages/run";
import { Button, Panel } from "../parts/controls";
import { saveFile } from "../parts/outlets";
import { Table } from "../parts/table";
import { number, readable, signed } from "../words/numbers";
import { said, t } from "../words/words";
import { inhabitantsColumn, type MapChoice } from "./choice";
import { FigureCards, FigureTable } from "./figures";
import { GroupFigures } from "./group_figures";
import { sitesOnMap } from "./sites_on_map";

type Flow = { area_id: string; site_id: string; cases_per_year: number };

export function MapTab(props: { held: Answered; chosen: MapChoice; areas: AreaValues[]; sites: SiteValues[]; onDrawn?: () => void }) {
  const { held, chosen, areas, sites } = props;
  const { region, run, outcome } = held;
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [streams, setStreams] = useState<Flow[]>([]);
  const drawn = useRef<Drawn | null>(null);
  const values = useMemo(
    () => new Map(areas.map((row) => [row.area_id, valueOf(row, chosen)])),
    [areas, chosen.look, chosen.group],
  );
  const marks = useMemo(() => sitesOnMap(region, sites), [region, sites]);
  useEffect(() => setStreams([]), [run.id, chosen.care_type_id, chosen.period]);
  useEffect(() => {
    if (!pointed || streams.length > 0) return;
    let wanted = true;
    void flows(run.id, chosen).then((found) => wanted && setStreams(found.map(({ properties }) => properties)));
    return () => {
      wanted = false;
    };
  }, [pointed !== null, streams.length]);
  const lines = useMemo(() => linesOf(pointed, streams, region.places, marks), [pointed, streams, marks]);
  const changed = sites.filter(({ state }) => state === "opens" || state === "closes");

  return (
    <>
      <div class="map-and-figures">
        <div class="map-column">
          <RegionMap
            label={t("map_of_plan")} areas={region.areas} values={values} classes={CLASSES[chosen.look]} sites={marks} lines={lines}
            onPoint={setPointed} onDrawn={props.onDrawn} onReady={(map) => { drawn.current = map; }}
          />
          <Legend look={chosen.look} states={["stays", "opens", "closes", "never"]} />
          <p class="pointed" aria-live="polite">{pointed ? about(pointed, props) : t("point_at")}</p>
          <div class="buttons">
            <Button onClick={() => drawn.current?.fit()}>{t("whole_region")}</Button>
            <Button onClick={() => void drawn.current?.picture().then((picture) => saveFile(`${run.name}.png`, picture))}>{t("save_png")}</Button>
          </div>
        </div>
        <div class="figure-column">
          {chosen.group && <GroupFigures held={held} chosen={chosen} />}
          <Panel title={t("key_figures")}><FigureCards outcome={outcome} /></Panel>
          <Panel title={t("what_changes")}>
            {changed.length === 0 ? <p>{t("nothing_changes_here")}</p> : (
              <ul class="changes">
                {changed.map((site) => (
                  <li key={site.site_id}>
                    <Mark state={site.state} /> <strong>{siteName(region.summary, site.site_id)}</strong> {said(site.state)}
                    <span class="soft">{volumeChange(site)}</span>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
      </div>
      <Panel title={t("figures")} quiet><FigureTable outcome={outcome} /></Panel>
      <Panel title={t("sites")} quiet><SiteTable held={held} sites={sites} /></Panel>
      <Panel title={t("areas")} quiet><AreaTable held={held} areas={areas} group={chosen.group} /></Panel>
    </>
  );
}

const peopleOf = (row: AreaValues, group: string): number | null => (row[inhabitantsColumn(group)] ?? null) as number | null;

// Of a group an area is coloured where somebody of it lives.
function valueOf(row: AreaValues, { look, group }: MapChoice): number | null {
  if (look === "population") return peopleOf(row, group);
  return group && !peopleOf(row, group) ? null : row[look];
}

const volumeChange = ({ state, volume_today, volume_plan }: SiteValues): string =>
  ` ${t(state === "closes" ? "gives_away" : "takes_on", { cases: readable(state === "closes" ? volume_today : volume_plan) })}`;

function linesOf(
  pointed: Pointed | null, streams: Flow[], places: ReadonlyMap<string, [number, number]>, sites: { site_id: string; lon: number; lat: number }[],
): Line[] {
  if (!pointed) return [];
  const key = pointed.kind === "area" ? "area_id" : "site_id";
  const mine = streams.filter((flow) => flow[key] === pointed.id);
  const most = Math.max(...mine.map(({ cases_per_year }) => cases_per_year), 1e-9);
  const where = new Map(sites.map(({ site_id, lon, lat }): [string, [number, number]] => [site_id, [lon, lat]]));
  return mine.flatMap(({ area_id, site_id, cases_per_year }) => {
    const [from, to] = [places.get(area_id), where.get(site_id)];
    return from && to ? [{ from, to, weight: cases_per_year / most }] : [];
  });
}

function about(pointed: Pointed, { held, areas, sites }: { held: Answered; areas: AreaValues[]; sites: SiteValues[] }): string {
  const told = held.region.summary;
  if (pointed.kind === "site") {
    const site = sites.find(({ site_id }) => site_id === pointed.id);
    if (!site) return siteName(told, pointed.id);
    const norm = site.norm === null ? "" : ` · ${t("norm")} ${readable(site.norm)}`;
    return `${siteName(told, site.site_id)}: ${said(site.state)} · ${t("volume")} ${readable(site.volume_today)} → ${readable(site.volume_plan)}${norm}`;
  }
  const row = areas.find(({ area_id }) => area_id === pointed.id);
  if (!row) return pointed.id;
  const minutes = (value: number | null) => (value === null ? t("unreachable") : `${number(value, 1)} ${t("minutes_short")}`);
  return `${nameOf(row)}: ${minutes(row.minutes_today)} → ${minutes(row.minutes_plan)} (${signed(row.minutes_difference)}) · ${siteName(told, row.site_id_today)} → ${siteName(told, row.site_id_plan)} · ${readable(row.cases_per_year)} ${t("cases").toLowerCase()}`;
}

export const nameOf = ({ name, area_id }: AreaValues): string => (name && name !== area_id ? name : area_id);

function SiteTable({ held, sites }: { held: Answered; sites: SiteValues[] }) {
  const told = held.region.summary;
  return (
    <Table
      caption={t("sites_of_plan")} hideCaption
      columns={[
        { title: t("site") }, { title: t("organisation") }, { title: t("state") }, { title: t("volume_today"), numeric: true },
        { title: t("volume_plan"), numeric: true }, { title: t("norm"), numeric: true }, { title: t("margin"), numeric: true },
      ]}
      rows={sites.filter(({ state }) => state !== "never").map((site) => [
        siteName(told, site.site_id), organisationName(told, site.organisation_id),
        { value: said(site.state), show: <><Mark state={site.state} /> {said(site.state)}</> },
        site.volume_today, site.volume_plan, site.norm, site.margin,
      ])}
    />
  );
}

function AreaTable({ held, areas, group }: { held: Answered; areas: AreaValues[]; group: string }) {
  const told = held.region.summary;
  return (
    <Table
      caption={t("areas_of_plan")} hideCaption few={12}
      columns={[
        { title: t("area") }, { title: group ? said(group) : t("inhabitants_word"), numeric: true }, { title: t("cases"), numeric: true }, { title: t("minutes_today"), numeric: true },
        { title: t("minutes_plan"), numeric: true }, { title: t("difference"), numeric: true, show: (value) => signed(value) }, { title: t("site_today") }, { title: t("site_plan") },
      ]}
      rows={areas.map((row) => [
        nameOf(row), peopleOf(row, group), row.cases_per_year, row.minutes_today, row.minutes_plan, row.minutes_difference,
        siteName(told, row.site_id_today), siteName(told, row.site_id_plan),
      ])}
    />
  );
}
