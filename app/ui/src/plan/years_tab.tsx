// The way there, year by year: which site opens or closes when, and every figure per period.
import type { Offer } from "../api/contract";
import { periodName, siteName } from "../api/region";
import { Mark, type SiteState } from "../map/marks";
import type { Answered } from "../pages/run";
import { Panel } from "../parts/controls";
import { Table } from "../parts/table";
import { said, t } from "../words/words";
import { inOrder, unitOf } from "./figures";

export function YearsTab({ held, careType }: { held: Answered; careType: string }) {
  const { outcome, region } = held;
  const told = region.summary;
  const { periods } = outcome.scenario;
  const offered = (offers: Offer[], period: string) =>
    new Set(offers.filter((offer) => offer.care_type_id === careType && (offer.period ?? period) === period).map(({ site_id }) => site_id));
  const today = offered(outcome.baseline?.plan.offers ?? [], periods[0] ?? "");
  const sets = [today, ...periods.map((period) => offered(outcome.plan?.offers ?? [], period))];
  const sites = [...new Set(sets.flatMap((set) => [...set]))].sort((a, b) => siteName(told, a).localeCompare(siteName(told, b)));
  const stateAt = (site: string, place: number): SiteState => {
    const [before, now] = [sets[place]?.has(site), sets[place + 1]?.has(site)];
    return now ? (before ? "stays" : "opens") : before ? "closes" : "never";
  };
  return (
    <>
      <Panel title={t("steps_of_sites")}>
        <Table
          caption={t("steps_of_sites")} hideCaption
          columns={[{ title: t("site") }, { title: t("today") }, ...periods.map((period) => ({ title: periodName(told, period) }))]}
          rows={sites.map((site) => [
            siteName(told, site), { value: today.has(site) ? t("open") : "", show: today.has(site) ? <><Mark state="stays" /> {t("open")}</> : "" },
            ...periods.map((_, place) => {
              const state = stateAt(site, place);
              return { value: state === "never" ? "" : said(state), show: state === "never" ? "" : <><Mark state={state} /> {said(state)}</> };
            }),
          ])}
        />
      </Panel>
      <Panel title={t("figures_per_period")}>
        <Table
          caption={t("figures_per_period")} hideCaption mixed
          columns={[{ title: t("figure") }, { title: t("unit") }, ...periods.map((period) => ({ title: periodName(told, period), numeric: true }))]}
          rows={inOrder(outcome.measures ?? {}).filter(([, { per_period }]) => per_period).map(([name, { unit, per_period }]) => [
            said(name), unitOf(unit), ...periods.map((period) => per_period?.[period] ?? null),
          ])}
        />
      </Panel>
    </>
  );
}
