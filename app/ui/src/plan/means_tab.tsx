// Staff and money: what the plan costs and needs beside today, per period, and the norms about them.
import { inOrder, minus, unitOf, Change } from "./figures";
import { periodName } from "../api/region";
import type { Answered } from "../pages/run";
import { Note, Panel } from "../parts/controls";
import { Table, type Cell } from "../parts/table";
import { said, t } from "../words/words";
import { NormTable } from "./norms_tab";

const MEANS_NORMS = new Set(["resource_limit", "budget", "organisation_balance", "capacity"]);
const MEANS = new Set(["operating_cost", "transition_cost", "staff", "largest_organisation_loss"]);

export function MeansTab({ held }: { held: Answered }) {
  const { outcome, region } = held;
  const { periods } = outcome.scenario;
  const figures = inOrder(outcome.measures ?? {}).filter(([name]) => MEANS.has(name.split("#")[0] ?? ""));
  const norms = outcome.norms.filter(({ kind }) => MEANS_NORMS.has(kind));
  const today = outcome.baseline?.measures ?? {};
  const many = periods.length > 1;
  return (
    <>
      <Panel title={t("money_and_staff")}>
        {figures.length === 0 ? <Note><p>{t("no_means")}</p></Note> : (
          <Table
            caption={t("money_and_staff")} hideCaption mixed
            columns={[
              { title: t("figure") }, { title: t("unit") }, { title: t("today"), numeric: true }, { title: t("plan"), numeric: true }, { title: t("difference"), numeric: true },
              ...(many ? periods.map((period) => ({ title: periodName(region.summary, period), numeric: true })) : []),
            ]}
            rows={figures.map(([name, { value, unit, per_period }]): Cell[] => {
              const before = today[name]?.value ?? null;
              const difference = minus(value, before);
              return [
                said(name), unitOf(unit), before, value, { value: difference, show: <Change name={name} difference={difference} /> },
                ...(many ? periods.map((period) => per_period?.[period] ?? null) : []),
              ];
            })}
          />
        )}
      </Panel>
      {norms.length > 0 && <Panel title={t("norms_of_means")}><NormTable rows={norms} region={region} caption={t("norms_of_means")} /></Panel>}
    </>
  );
}
