// What changed between two versions of a region's data: rows per table, demand per care type, what is offered where, norms.
import type { Dataset, Summary } from "../api/contract";
import { Loaded, useLoaded } from "../api/loaded";
import { careName, siteName, type Region } from "../api/region";
import { dataset, summary } from "../api/workspace";
import { DifferenceBar } from "../parts/bar";
import { Table, type Cell } from "../parts/table";
import { said, t } from "../words/words";

export function Differences({ mine, where, other }: { mine: Dataset; where: Region; other: string }) {
  const known = useLoaded(() => Promise.all([dataset(other), summary(other)]), [other]);
  return <Loaded of={known}>{([theirs, told]) => <Told mine={mine} now={where.summary} theirs={theirs} then={told} />}</Loaded>;
}

function Told({ mine, now, theirs, then }: { mine: Dataset; now: Summary; theirs: Dataset; then: Summary }) {
  if (mine.sha256 === theirs.sha256) return <p>{t("same_content")}</p>;
  const names = [...new Set([...Object.keys(theirs.rows), ...Object.keys(mine.rows)])];
  const changedRows = names.map((name): Cell[] => [name, theirs.rows[name] ?? 0, mine.rows[name] ?? 0]).filter(([, a, b]) => a !== b);
  const cases = (told: Summary) => new Map(told.care_types.map((row) => [row.care_type_id, row.cases_per_year]));
  const [before, after] = [cases(then), cases(now)];
  const cares = [...new Set([...before.keys(), ...after.keys()])].map((id) => ({ id, a: before.get(id) ?? 0, b: after.get(id) ?? 0 })).filter(({ a, b }) => a !== b);
  const most = Math.max(...cares.map(({ a, b }) => Math.abs(b - a)), 1e-9);
  const offers = (told: Summary) => new Set(told.site_care.filter(({ offered_today }) => offered_today).map(({ site_id, care_type_id }) => `${site_id}\n${care_type_id}`));
  const [had, has] = [offers(then), offers(now)];
  const moved = [...new Set([...had, ...has])].filter((pair) => had.has(pair) !== has.has(pair));
  return (
    <>
      {changedRows.length > 0 && <Table caption={t("rows_per_table")} columns={[{ title: t("table") }, { title: t("version_n", { n: theirs.number }), numeric: true }, { title: t("version_n", { n: mine.number }), numeric: true }]} rows={changedRows} />}
      {cares.length > 0 && (
        <Table
          caption={t("demand")} columns={[{ title: t("care_type") }, { title: t("version_n", { n: theirs.number }), numeric: true }, { title: t("version_n", { n: mine.number }), numeric: true }, { title: t("difference"), numeric: true }]}
          rows={cares.map(({ id, a, b }) => [careName(after.has(id) ? now : then, id), a, b, { value: b - a, show: <DifferenceBar value={b - a} most={most} neutral /> }])}
        />
      )}
      {moved.length > 0 && (
        <Table
          caption={t("offered_where")} columns={[{ title: t("site") }, { title: t("care_type") }, { title: t("state") }]}
          rows={moved.map((pair) => {
            const [site = "", care = ""] = pair.split("\n");
            return [siteName(has.has(pair) ? now : then, site), careName(has.has(pair) ? now : then, care), said(has.has(pair) ? "opens" : "closes")];
          })}
        />
      )}
      {changedRows.length + cares.length + moved.length === 0 && <p>{t("differs_elsewhere")}</p>}
    </>
  );
}
