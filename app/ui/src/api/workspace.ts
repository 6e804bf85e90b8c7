// The calls the pages make of one workspace. Immutable answers are kept by the browser, for the API says so.
import type {
  AreaValues, BestPlan, Catalogue, Comparison, Dataset, GainsAndLosses, Ledger, Measure, NormRow, Outcome, Progress, Question, Run, Scenario, ScenarioText, SideBySide, SiteValues, Summary,
} from "./contract";
import { ask, post } from "./http";

const ROOT = "/v1";
export const workspaceId = (): string => new URLSearchParams(location.search).get("workspace") ?? "local";
const base = (): string => `${ROOT}/workspaces/${encodeURIComponent(workspaceId())}`;

export const catalogue = () => ask<Catalogue>(`${ROOT}/catalogue`);
export const datasets = async () => (await ask<{ datasets: Dataset[] }>(`${base()}/datasets`)).datasets;
export const dataset = (id: string) => ask<Dataset>(`${base()}/datasets/${id}`);
export const summary = (id: string) => ask<Summary>(`${base()}/datasets/${id}/summary`);
export const scenarios = async () => (await ask<{ scenarios: Scenario[] }>(`${base()}/scenarios`)).scenarios;
export const scenario = (id: string) => ask<Scenario>(`${base()}/scenarios/${id}`);
export const runs = async () => (await ask<{ runs: Run[] }>(`${base()}/runs`)).runs;
export const run = (id: string) => ask<Run>(`${base()}/runs/${id}`);
export const outcome = (id: string) => ask<Outcome>(`${base()}/runs/${id}/outcome`);
export const bestPlan = (id: string) => ask<BestPlan>(`${base()}/runs/${id}/best-plan`);
export const stopRun = (id: string) => post<Run>(`${base()}/runs/${id}/cancellation`, {});
export const removeRun = (id: string) => ask<void>(`${base()}/runs/${id}`, { method: "DELETE" });

export const addScenario = (text: ScenarioText, more: { dataset_id?: string; parent_id?: string }, options: RequestInit = {}) =>
  post<Scenario>(`${base()}/scenarios`, { ...text, ...more }, options);

export const addRun = (scenarioId: string, question?: Question, limits?: ScenarioText["limits"]) =>
  post<Run>(`${base()}/runs`, { scenario_id: scenarioId, ...(question && { question }), ...(limits && { limits }) });

export const addMadeUpRegion = (size: string) =>
  post<{ dataset: Dataset; scenario: Scenario }>(`${base()}/made-up-regions`, { size });

const KINDS: Record<string, string> = {
  zip: "application/zip",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  json: "application/json",
};

export const kindOf = (name: string): string | undefined => KINDS[name.split(".").pop()?.toLowerCase() ?? ""];

export const addDataset = (file: File) =>
  ask<Dataset>(`${base()}/datasets`, {
    method: "POST",
    body: file,
    headers: { "Content-Type": kindOf(file.name) ?? "application/zip" },
  });

interface Page<Properties> {
  features: GeoJSON.Feature<GeoJSON.Geometry | null, Properties>[];
  links: { rel: string; href: string }[];
}

const MOST = "10000";

async function everyPage<Properties>(collection: string, values: Record<string, string>) {
  const found: Page<Properties>["features"] = [];
  let address: string | undefined = `${base()}/collections/${collection}/items?${new URLSearchParams({ ...values, limit: MOST })}`;
  while (address) {
    const page: Page<Properties> = await ask<Page<Properties>>(address);
    found.push(...page.features);
    const next = page.links.find((link) => link.rel === "next");
    address = next && new URL(next.href).pathname + new URL(next.href).search;
  }
  return found;
}

export interface Chosen {
  care_type_id: string;
  period: string;
}

const only = ({ care_type_id, period }: Partial<Chosen>): Record<string, string> => ({
  ...(care_type_id && { care_type_id }), ...(period && { period }),
});

export const features = <Properties>(collection: string, values: Record<string, string> = {}) =>
  everyPage<Properties>(collection, values);

const rows = async <Properties>(collection: string, values: Record<string, string>) =>
  (await everyPage<Properties>(collection, { ...values, skipGeometry: "true" })).map((each) => each.properties);

export const areaValues = (runId: string, chosen: Chosen) => rows<AreaValues>(`run-${runId}-areas`, only(chosen));
export const siteValues = (runId: string, chosen: Partial<Chosen> = {}) =>
  rows<SiteValues>(`run-${runId}-sites`, only(chosen));
// What the map of a plan shows; immutable, so that the last few are kept as they are.
const KEPT = 24;
const shown = new Map<string, Promise<[AreaValues[], SiteValues[]]>>();

export function planValues(runId: string, { care_type_id, period }: Chosen): Promise<[AreaValues[], SiteValues[]]> {
  const key = JSON.stringify([runId, care_type_id, period]);
  const known = shown.get(key);
  if (known) return known;
  const made = Promise.all([areaValues(runId, { care_type_id, period }), siteValues(runId, { care_type_id, period })]);
  shown.set(key, made);
  made.catch(() => shown.delete(key));
  for (const old of [...shown.keys()].slice(0, -KEPT)) shown.delete(old);
  return made;
}

export const flows = (runId: string, chosen: Chosen) =>
  features<{ area_id: string; site_id: string; cases_per_year: number }>(`run-${runId}-flows`, only(chosen));

export const gains = (runId: string, { care_type_id, period, group }: Chosen & { group?: string }) =>
  ask<GainsAndLosses>(`${base()}/runs/${runId}/gains-and-losses?${new URLSearchParams({ careType: care_type_id, period, ...(group && { group }) })}`);

export const layerAddress = (collection: string): string => `${location.origin}${base()}/collections/${collection}`;

// Calls back with each progress of a run, and once with its end; gives the way to stop listening.
export function follow(id: string, told: { progress: (step: Progress) => void; ended: (run: Run) => void }): () => void {
  const source = new EventSource(`${base()}/runs/${id}/events`);
  source.addEventListener("progress", (event) => told.progress(JSON.parse((event as MessageEvent<string>).data)));
  source.addEventListener("state", (event) => {
    source.close();
    told.ended(JSON.parse((event as MessageEvent<string>).data));
  });
  return () => source.close();
}

// The answer of a run that has ended, waiting for that.
export function ended(id: string): Promise<Run> {
  return new Promise((done) => follow(id, { progress: () => {}, ended: done }));
}

export const checkToday = (text: ScenarioText, datasetId: string, options: RequestInit = {}) =>
  post<{ norms: NormRow[] | null; measures: Record<string, Measure> | null; warnings: string[]; assumed: string[] }>(
    `${base()}/checks`, { ...text, dataset_id: datasetId }, options,
  );

export const comparisons = async () => (await ask<{ comparisons: Comparison[] }>(`${base()}/comparisons`)).comparisons;
export const comparison = (id: string) => ask<SideBySide>(`${base()}/comparisons/${id}`);
export const addComparison = (runIds: string[]) => post<Comparison>(`${base()}/comparisons`, { run_ids: runIds });

export const ledgers = () => ask<{ ledgers: Ledger[]; in_force: string | null }>(`${base()}/ledgers`);
export const addLedger = (ledger: Pick<Ledger, "name" | "criteria" | "objectives">) => post<Ledger>(`${base()}/ledgers`, ledger);
export const lockLedger = (id: string) => post<Ledger>(`${base()}/ledgers/${id}/lock`, {});

export const recordAddress = (runId: string): string => `${base()}/runs/${runId}/decision-record`;
export const fileAddress = (kind: "runs" | "comparisons", id: string, f: string): string => `${base()}/${kind}/${id}/file?f=${f}`;
