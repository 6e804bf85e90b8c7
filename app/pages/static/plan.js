// One run: how it stands, and the plan it holds beside today.
import { element, table } from "./elements.js";
import { WORKSPACE, features, follow, get, stop } from "./api.js";
import { map } from "./map.js";
import { measure, number, word } from "./words.js";

const COLUMNS = ["minutes_plan", "minutes_today", "minutes_difference"];
const TONE = { optimal: "good", feasible: "good", infeasible: "bad", no_plan_found: "bad" };
let leave = () => {};

// Shows the run in the place; `changed` is called when it ends while it is looked at.
export async function showRun(place, id, changed) {
  leave();
  const run = await get(`${WORKSPACE}/runs/${id}`);
  place.replaceChildren(verdict(run));
  if (run.state === "accepted" || run.state === "running") watch(place, run, changed);
  else if (run.has_plan || run.outcome) await showOutcome(place, run);
}

function verdict(run, more = null) {
  const tone = run.state === "failed" ? "bad" : TONE[run.outcome] ?? (run.state === "running" ? "busy" : "");
  const ended = run.stopped_by ? `${word("stopped_by")} ${word(run.stopped_by)}` : null;
  return element("div", { class: "card verdict" }, element("h2", {}, run.name),
    element("span", { class: `badge ${tone}` }, run.outcome ? word(run.outcome) : word(run.state)),
    ended, run.reason ? element("p", {}, run.reason) : null, more);
}

function watch(place, run, changed) {
  const line = element("p", { role: "status" }, word(run.state));
  const button = element("button", { type: "button", onclick: () => { button.textContent = word("stopping"); stop(run.id); } }, word("stop"));
  place.replaceChildren(verdict(run, [line, button]));
  leave = follow(run.id, {
    progress: ({ phase, seconds, value, bound, gap }) => {
      const parts = [word(phase), `${number(seconds, 1)} ${word("seconds")}`];
      if (value !== null) parts.push(`${word("best")} ${number(value)}`);
      if (bound !== null) parts.push(`${word("bound")} ${number(bound)}`);
      if (gap !== null) parts.push(`${word("gap")} ${number(gap * 100, 3)} %`);
      line.textContent = parts.join(" · ");
    },
    ended: changed,
  });
}

async function showOutcome(place, run) {
  const outcome = await get(run.links.outcome.replace(/^https?:\/\/[^/]+/, "")).catch(() => null);
  if (!outcome) return;
  const facts = outcome.objectives.map((row) => `${row.objective}: ${number(row.value)} ${row.unit}` +
    (row.bound === null ? "" : `, ${word("bound")} ${number(row.bound)}, ${word("gap")} ${number((row.gap ?? 0) * 100, 4)} %`));
  if (outcome.verification?.passed) facts.push(word("verified"));
  place.replaceChildren(verdict(run, facts.map((text) => element("p", {}, text))));
  if (!run.has_plan) {
    place.append(element("div", { class: "card" }, element("p", {}, word("no_plan")), conflicts(outcome)));
    return;
  }
  const view = element("div", { class: "card" });
  const sites = element("div", { class: "card" });
  const changes = element("div", { class: "card" });
  place.append(element("div", { class: "columns" },
    view, element("div", { class: "stack" }, changes, figures(outcome))), sites, norms(outcome), notes(outcome));
  await chooseAndDraw(run, outcome, { view, sites, changes });
}

function picker(name, values, onchange) {
  const select = element("select", { onchange }, values.map((value) => element("option", { value }, word(value))));
  return { select, label: element("label", {}, `${word(name)} `, select) };
}

async function chooseAndDraw(run, outcome, places) {
  const { care_types, periods } = outcome.scenario;
  const canvas = element("div");
  let drawn = null;
  const paint = () => canvas.replaceChildren(map(drawn.areas, drawn.sites, column.select.value));
  const load = async () => {
    const values = { care_type_id: careType.select.value, period: period.select.value };
    const [areas, sites] = await Promise.all(["areas", "sites"].map((kind) => features(`run-${run.id}-${kind}`, values)));
    drawn = { areas, sites };
    paint();
    places.sites.replaceChildren(...siteTable(sites));
    places.changes.replaceChildren(...changeList(sites));
  };
  const careType = picker("care_type", care_types, load);
  const period = picker("period", periods, load);
  const column = picker("show", COLUMNS, paint);
  places.view.append(element("div", { class: "pickers" }, careType.label, period.label, column.label), canvas);
  await load();
}

function changeList(sites) {
  const changed = sites.filter(({ properties }) => ["opens", "closes"].includes(properties.state));
  const lines = changed.map(({ properties: { name, site_id, state } }) => element("li", { class: state }, `${name ?? site_id}: ${word(state)}`));
  return [element("h3", {}, word("changes")),
    lines.length ? element("ul", { class: "changes" }, lines) : element("p", { class: "empty" }, word("no_changes"))];
}

// Large figures without decimals, which nobody reads; the outcome has them all.
const rounded = (value) => number(value, Math.abs(value) >= 1000 ? 0 : 2);

function figures(outcome) {
  const today = outcome.baseline?.measures ?? {};
  const rows = Object.entries(outcome.measures ?? {}).map(([name, { value, unit }]) =>
    [measure(name), rounded(today[name]?.value), { text: rounded(value), unit }]);
  const columns = [{ title: word("figure") }, { title: word("today"), number: true }, { title: word("plan"), number: true }];
  return element("div", { class: "card" }, element("h3", {}, word("figures")), table(columns, rows));
}

function siteTable(sites) {
  const columns = [{ title: word("site") }, { title: word("state") }, { title: `${word("volume")}: ${word("today")}`, number: true },
    { title: word("plan"), number: true }, { title: word("norm"), number: true }, { title: word("margin"), number: true }];
  const rows = sites.filter(({ properties }) => properties.state !== "never").map(({ properties: p }) =>
    [p.name ?? p.site_id, word(p.state), number(p.volume_today, 1), number(p.volume_plan, 1), number(p.norm), number(p.margin, 1)]);
  return [element("h3", {}, word("sites")), table(columns, rows)];
}

function norms(outcome) {
  const columns = [{ title: word("norm") }, { title: word("subject") }, { title: word("care_type") }, { title: word("period") },
    { title: word("value"), number: true }, { title: word("limit"), number: true }, { title: word("margin"), number: true }, { title: "" }];
  const rows = [...outcome.norms].sort((a, b) => Number(a.holds) - Number(b.holds)).map((row) =>
    [row.rule, row.subject, row.care_type_id ?? "", row.period ?? "", number(row.value), number(row.limit), number(row.margin),
      row.holds ? { text: word("holds"), tone: "good" } : { text: word("broken"), tone: "bad" }]);
  return element("div", { class: "card" }, element("h3", {}, word("norms")), table(columns, rows));
}

function notes(outcome) {
  const lines = [...outcome.warnings, ...(outcome.assumed ?? [])];
  if (!lines.length) return "";
  return element("details", { class: "card" }, element("summary", {}, word("warnings")),
    element("ul", {}, lines.map((text) => element("li", {}, String(text)))));
}

function conflicts(outcome) {
  const found = outcome.diagnosis?.conflicts ?? [];
  if (!found.length) return null;
  return element("div", {}, element("h3", {}, word("conflict")),
    element("ul", {}, found.map(({ members }) => element("li", {}, members.map(String).join(" · ")))));
}
