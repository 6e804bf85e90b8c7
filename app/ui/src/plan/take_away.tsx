// What goes along to the meeting: a link, a print or PDF, tables for Excel, layers for GIS, and the record of the decision.
import { fileAddress, layerAddress, recordAddress } from "../api/workspace";
import type { Answered } from "../pages/run";
import { Button, LinkButton, Panel } from "../parts/controls";
import { copyLink } from "../parts/outlets";
import { Table } from "../parts/table";
import { href } from "../route";
import { t } from "../words/words";

export function TakeAway({ held, query }: { held: Answered; query: Readonly<Record<string, string>> }) {
  const { run, outcome } = held;
  const { tab: _tab, ...rest } = query;
  const view = `${location.origin}${location.pathname}${location.search}${href("run", run.id, rest)}`;
  return (
    <>
      <Panel title={t("away_title")}>
        <ul class="ways-out">
          <li><Button primary onClick={() => void copyLink(view)}>{t("copy_link")}</Button><p>{t("away_link")}</p></li>
          <li><Button onClick={() => window.print()}>{t("print")}</Button><p>{t("away_print")}</p></li>
          {run.has_plan && <li><LinkButton href={href("run", run.id, { ...rest, tab: "map" })}>{t("save_png")}</LinkButton><p>{t("away_png")}</p></li>}
          <li><LinkButton href={recordAddress(run.id)} download>{t("save_record")}</LinkButton><p>{t("away_record")}</p></li>
          {run.has_plan && <li><LinkButton href={fileAddress("runs", run.id, "geopackage")} download>{t("save_geopackage")}</LinkButton><p>{t("away_geopackage")}</p></li>}
          {run.has_plan && <li><LinkButton href={fileAddress("runs", run.id, "excel")} download>{t("save_excel")}</LinkButton><p>{t("away_excel")}</p></li>}
          {run.has_plan && <li><LinkButton href={fileAddress("runs", run.id, "qgis")} download>{t("save_qgis")}</LinkButton><p>{t("away_qgis")}</p></li>}
        </ul>
        <p>{t("away_tables")}</p>
      </Panel>
      {run.has_plan && (
        <Panel title={t("away_layers")}>
          <p>{t("away_layers_text")}</p>
          <ul class="addresses">
            {["areas", "sites", "flows"].map((kind) => {
              const address = layerAddress(`run-${run.id}-${kind}`);
              return <li key={kind}><a class="utrecht-link" href={`${address}/items?limit=10000`} download={`run-${run.id}-${kind}.geojson`}>{t(kind === "areas" ? "areas" : kind === "sites" ? "sites" : "flows")} (GeoJSON)</a> <code>{address}</code></li>;
            })}
          </ul>
        </Panel>
      )}
      <Panel title={t("how_made")}>
        <Table
          caption={t("how_made")} hideCaption
          columns={[{ title: t("figure") }, { title: t("value") }]}
          rows={Object.entries(outcome.provenance).map(([name, value]) => [name.replaceAll("_", " "), typeof value === "object" ? JSON.stringify(value) : String(value)])}
        />
      </Panel>
    </>
  );
}
