// The price of each site: what it costs when a site is forced open or closed against the best plan.
import type { Price } from "../api/contract";
import { careName, siteName } from "../api/region";
import type { Answered } from "../pages/run";
import { DifferenceBar } from "../parts/bar";
import { Table } from "../parts/table";
import { unitOf } from "../plan/figures";
import { said, t } from "../words/words";

export function PricesAnswer({ held, prices }: { held: Answered; prices: Price[] }) {
  const told = held.region.summary;
  const [first] = held.outcome.objectives;
  const most = Math.max(...prices.map(({ difference }) => Math.abs(difference ?? 0)), 1e-9);
  return (
    <>
      <p>{t("prices_text", { objective: said(first?.objective).toLowerCase() })}</p>
      <Table
        caption={t("prices")} hideCaption few={60}
        columns={[{ title: t("care_type") }, { title: t("site") }, { title: t("forced") }, { title: t("verdict_short") }, { title: `${t("price")} (${unitOf(first?.unit ?? "")})`, numeric: true }]}
        rows={prices.map((row) => [
          careName(told, row.care_type_id), siteName(told, row.site_id), said(row.state), said(row.outcome),
          { value: row.difference, show: <DifferenceBar value={row.difference} most={most} /> },
        ])}
      />
    </>
  );
}
