// What happens when one site drops out: inhabitants that come to live beyond the limit, norms that break.
import type { SiteOut } from "../api/contract";
import { careName, siteName } from "../api/region";
import type { Answered } from "../pages/run";
import { Table } from "../parts/table";
import { number } from "../words/numbers";
import { said, t } from "../words/words";

export function SitesOutAnswer({ held, rows }: { held: Answered; rows: SiteOut[] }) {
  const told = held.region.summary;
  const limit = held.outcome.scenario.question["max_minutes"];
  const [first] = held.outcome.objectives;
  return (
    <>
      <p>{t("sites_out_text", { minutes: typeof limit === "number" ? number(limit) : "–" })}</p>
      <Table
        caption={said("one_site_out")} hideCaption few={60}
        columns={[{ title: t("care_type") }, { title: t("site") }, { title: t("more_beyond"), numeric: true }, { title: said(first?.objective), numeric: true }, { title: t("norms_that_break"), numeric: true }]}
        rows={[...rows].sort((a, b) => (b.inhabitants_beyond ?? 0) - (a.inhabitants_beyond ?? 0)).map((row) => [
          careName(told, row.care_type_id), siteName(told, row.site_id), row.inhabitants_beyond, row.objectives[0]?.value ?? null, row.breaches.length,
        ])}
      />
    </>
  );
}
