// What the API gives, as far as the pages read it; names and meanings are the contract's.
export type State = "accepted" | "running" | "successful" | "failed" | "dismissed";
export type Held = "optimal" | "feasible" | "infeasible" | "no_plan_found";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Row = Record<string, Json>;

export interface Finding {
  where: string;
  problem: string;
  fix: string;
}

export interface Dataset {
  id: string;
  number: number;
  name: string;
  title: string | null;
  reference_date: string | null;
  sha256: string;
  rows: Record<string, number>;
  warnings: Finding[];
  created_at: string;
}

export interface CareType extends Row {
  care_type_id: string;
  cases_per_year: number;
  sites_today: number;
}

export interface SiteRow extends Row {
  site_id: string;
  in_region: boolean;
}

export interface SiteCare extends Row {
  site_id: string;
  care_type_id: string;
  offered_today: boolean;
}

export interface Summary {
  totals: { areas: number; areas_in_region: number; sites: number; sites_in_region: number; population: number | null };
  care_types: CareType[];
  sites: SiteRow[];
  site_care: SiteCare[];
  organisations: Row[];
  periods: Row[];
  futures: Row[];
  norms: Row[];
  interdependencies: Row[];
  resources: Row[];
  modes: string[];
  travel_sources: string[];
  groups: string[];
  regions: { region_id: string; region_kind: string }[];
  groupings: string[];
}

export interface Rule {
  rule: string;
  id?: string;
  [field: string]: Json | undefined;
}

export interface Objective {
  objective: string;
  [field: string]: Json | undefined;
}

export interface ScenarioText {
  name: string;
  care_types?: string[];
  periods?: string[];
  behaviours?: Record<string, { behaviour: string; mode?: string; [field: string]: Json | undefined }>;
  rules?: Rule[];
  objectives?: Objective[];
  question?: Question;
  limits?: { seconds?: number; relative_gap?: number; workers?: number; seed?: number };
  [field: string]: unknown;
}

export interface Question {
  question: string;
  [field: string]: Json | undefined;
}

export interface Scenario {
  id: string;
  dataset_id: string;
  parent_id: string | null;
  name: string;
  sha256: string;
  scenario: ScenarioText;
  created_at: string;
}

export interface Progress {
  phase: string;
  seconds: number;
  value: number | null;
  bound: number | null;
  gap: number | null;
  note: string;
  best_plan?: string | null;
}

export interface Run {
  id: string;
  scenario_id: string;
  name: string;
  question: string;
  state: State;
  phase: string | null;
  progress: Progress | null;
  outcome: Held | null;
  stopped_by: string | null;
  reason: string | null;
  has_plan: boolean;
  stop_requested: boolean;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  trace?: Progress[];
}

export interface Offer {
  site_id: string;
  care_type_id: string;
  period?: string;
}

export interface BestPlan {
  best_plan: string;
  final: boolean;
  offers: (Offer & { period: string })[];
}

export interface Volume extends Offer {
  period: string;
  cases_per_year: number | null;
  future?: string;
}

export interface Plan {
  offers: Offer[];
  volumes?: Volume[];
}

export interface Measure {
  value: number | null;
  unit: string;
  per_period?: Record<string, number | null>;
}

export interface NormRow {
  rule: string;
  kind: string;
  subject: string;
  care_type_id: string | null;
  period: string | null;
  future: string | null;
  value: number | null;
  limit: number | null;
  margin: number | null;
  hardness: string;
  holds: boolean;
  probability?: number | null;
  source?: string | null;
}

export interface ObjectiveRow {
  objective: string;
  value: number | null;
  unit?: string;
  bound?: number | null;
  gap?: number | null;
}

export interface Conflict {
  members: Json[];
  proof: string;
}

export interface Repair {
  change: Json;
  plan?: Plan | null;
  measures?: Record<string, Measure> | null;
}

export interface Outcome {
  outcome: Held;
  stopped_by: string;
  scenario: ScenarioText & { care_types: string[]; periods: string[]; rules: Rule[]; question: Question };
  objectives: ObjectiveRow[];
  plan: Plan | null;
  baseline: { measures: Record<string, Measure>; plan: Plan; norms?: NormRow[]; breaches?: NormRow[] } | null;
  measures: Record<string, Measure> | null;
  norms: NormRow[];
  breaches: NormRow[];
  diagnosis?: { conflicts: Conflict[]; repairs: Repair[]; tried_in_vain?: Json[] } | null;
  points?: { objectives: ObjectiveRow[]; plan: Plan }[];
  complete?: boolean;
  count_at_least?: number;
  steps?: Step[];
  alternatives?: { objectives: ObjectiveRow[]; plan: Plan }[];
  prices?: Price[];
  futures?: { future: string; objectives: ObjectiveRow[]; breaches: NormRow[] }[];
  one_site_out?: SiteOut[];
  canonical: boolean;
  ties: Json[];
  warnings: Json[];
  assumed: Json[];
  verification: { passed: boolean; certificate?: Json } | null;
  provenance: Record<string, Json>;
}

export interface Step {
  from: number | null;
  to: number | null;
  outcome: string;
  objectives?: ObjectiveRow[] | null;
  plan?: Plan | null;
}

export interface Price extends Offer {
  state: string;
  outcome: string;
  objectives: ObjectiveRow[] | null;
  difference: number | null;
}

export interface SiteOut extends Offer {
  objectives: ObjectiveRow[];
  breaches: NormRow[];
  inhabitants_beyond: number | null;
}

export interface AreaValues {
  area_id: string;
  name: string | null;
  care_type_id: string;
  period: string;
  minutes_today: number | null;
  minutes_plan: number | null;
  minutes_difference: number | null;
  site_id_today: string | null;
  site_id_plan: string | null;
  beyond: boolean | null;
  cases_per_year: number | null;
  population: number | null;
  in_region: boolean;
  [attribute: string]: Json;
}

type Number = number | null;

export interface RegionGains {
  region_kind: string;
  region_id: string;
  inhabitants: Number;
  cases_per_year: Number;
  minutes_today: Number;
  minutes: Number;
  minutes_difference: Number;
  inhabitants_beyond: Number;
  inhabitants_closer: Number;
  inhabitants_farther: Number;
  cases_closer: Number;
  cases_farther: Number;
}

export interface OrganisationGains {
  organisation_id: string;
  name: string | null;
  care_type_id: string;
  sites_today: Number;
  sites: Number;
  cases_today: Number;
  cases: Number;
  cases_difference: Number;
}

export interface GainsAndLosses {
  care_type_id: string;
  period: string;
  group: string | null;
  whole: RegionGains | null;
  regions: RegionGains[];
  organisations: OrganisationGains[];
}

export interface SiteValues {
  site_id: string;
  name: string | null;
  organisation_id: string | null;
  care_type_id: string;
  period: string;
  offered_today: boolean;
  offered_plan: boolean;
  state: "stays" | "opens" | "closes" | "never";
  volume_today: number | null;
  volume_plan: number | null;
  norm: number | null;
  margin: number | null;
  in_region: boolean;
}

export interface Member {
  kind: string;
  description: string;
  fields: Record<string, FieldSchema>;
}

export interface FieldSchema {
  type?: string;
  const?: string;
  enum?: string[];
  anyOf?: FieldSchema[];
  items?: FieldSchema;
  default?: Json;
  description?: string;
  minimum?: number;
  maximum?: number;
}

export interface Catalogue {
  rules: Member[];
  objectives: Member[];
  behaviours: Member[];
  questions: Member[];
}

type Numbers = (number | null)[];

export interface Comparison {
  id: string;
  name: string;
  run_ids: string[];
  created_at: string;
}

export interface SideBySide extends Comparison {
  plans: { run_id: string; name: string; outcome: string; stopped_by: string; opens: number; closes: number; norms_broken: number }[];
  measures: { measure: string; unit: string | null; today: Numbers; values: Numbers }[];
  sites: { site_id: string; name: string | null; care_type_id: string; period: string; offered_today: boolean; states: (SiteValues["state"] | null)[]; volumes_today: Numbers; volumes: Numbers; norms: Numbers; margins: Numbers }[];
  norms: { rule: string | null; kind: string; subject: string | null; care_type_id: string | null; period: string | null; values: Numbers; limits: Numbers; margins: Numbers; holds: (boolean | null)[] }[];
  moves: { from_site_id: string; to_site_id: string; care_type_id: string; period: string; cases_per_year: Numbers }[];
  regions: { region_kind: string; region_id: string; care_type_id: string; period: string; inhabitants: number | null; cases_per_year: number | null; minutes_today: Numbers; minutes: Numbers; minutes_difference: Numbers; inhabitants_beyond: Numbers; inhabitants_closer: Numbers; inhabitants_farther: Numbers; verdicts: (string | null)[] }[];
  organisations: { organisation_id: string; name: string | null; care_type_id: string; period: string; sites_today: Numbers; sites: Numbers; cases_today: Numbers; cases: Numbers; cases_difference: Numbers }[];
}

export interface Criterion {
  id: string;
  criterion: string;
  reason: string;
  party: string;
  source: string;
  rule?: Rule | null;
}

export interface Ledger {
  id: string;
  name: string;
  criteria: Criterion[];
  objectives: Objective[] | null;
  sha256: string;
  locked_at: string | null;
  runs_before: number | null;
}
