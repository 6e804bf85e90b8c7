// What the service says about an answer in whole sentences, in Dutch: each is known by its English words, with slots for what differs.
import { language } from "./language";

type Pair = readonly [en: string, nl: string];
export const notes = {
  note_outside: [
    "care types outside the scenario stay as offered today for interdependencies and are in no resource, balance or cost: {names}",
    "zorgvormen buiten het scenario blijven voor de samenhang zoals zij nu worden aangeboden, en tellen niet mee in middelen, evenwicht of kosten: {names}",
  ],
  note_no_behaviour: ["no behaviour given for {names}: patients go to the nearest site by car", "geen keuzegedrag opgegeven voor {names}: patiënten gaan met de auto naar de dichtstbijzijnde locatie"],
  note_no_objective: ["no objective given: least travel time", "geen doel opgegeven: zo min mogelijk reistijd"],
  note_empty_table: ["{where}: table {table} has no {rule} for the scenario's care types", "{where}: de tabel {table} heeft geen {rule} voor de zorgvormen van het scenario"],
  note_not_valid: ["rule {rule} does not bind in {periods}: outside its validity", "regel {rule} geldt niet in {periods}: buiten de geldigheid ervan"],
  note_no_column: ["table {table} has no column {column}: it costs nothing", "de tabel {table} heeft geen kolom {column}: dat kost niets"],
  note_no_rates: ["no outcome rates for {names}: adverse outcomes leave them out", "geen uitkomstcijfers voor {names}: die tellen niet mee in de ongunstige uitkomsten"],
  note_capacity: ["capacity cannot hold the patients of this plan: steered without it", "de capaciteit is te klein voor de patiënten van dit plan: zij zijn zonder capaciteit toegewezen"],
  note_soft: ["soft rules count for nothing between these objectives: add penalties to them, or make the rules hard", "zachte regels tellen tussen deze doelen niet mee: voeg strafpunten als doel toe, of maak de regels hard"],
  note_not_looked_at: ["one site out: {n} of {all} pairs were not looked at in time", "één locatie weg: {n} van {all} combinaties zijn niet op tijd bekeken"],
  note_steered: ["Where the planner assigns patients, today's landscape is measured by a run (question evaluate).", "Waar het plan patiënten toewijst, is de huidige situatie met een berekening te meten."],
  note_baseline: ["baseline: {note}", "huidige situatie: {note}"],
  note_future: ["future {future}: {note}", "toekomstvariant {future}: {note}"],
  note_start: ["constructive start", "een eerste plan, snel gebouwd"],
  note_optima: ["looking for other optima", "zoeken naar andere plannen die even goed zijn"],
  note_certificate: ["certificate", "bewijs nalopen"],
  note_best_of_future: ["the best of future {n} of {all} by itself", "het beste voor toekomst {n} van {all} op zichzelf"],
  note_point: ["a point at {worth}", "een punt bij {worth}"],
  note_limit: ["the limit at {limit}", "de grens op {limit}"],
  note_conflicts: ["{n} conflicts among the rules so far", "tot nu toe {n} conflicten tussen de regels"],
  note_smallest: ["looking for the smallest change of {name}", "zoeken naar de kleinste wijziging van {name}"],
  note_together: ["looking for the rules that cannot hold together", "zoeken naar de regels die niet samengaan"],
  note_layouts: ["every layout", "alle indelingen nalopen"],
  note_plan: ["plan {n} of at most {most}", "plan {n} van hoogstens {most}"],
  note_without: ["{care} without {site}", "{care} zonder {site}"],
  note_price: ["price of {care} at {site} {state}", "prijs van {care} op {site}, {state}"],
  note_parts: ["{n} of {all} parts", "{n} van {all} delen"],
  note_dropped: ["Stopped before it began.", "Gestopt voordat de berekening begon."],
  note_no_plan: ["Stopped before a plan was found.", "Gestopt voordat er een plan was."],
  note_no_plan_handed: ["Stopped before a plan could be handed in.", "Gestopt voordat er een plan kon worden opgeleverd."],
  note_deadline: ["The solve was ended at its deadline; it handed in no plan.", "De berekening is na haar tijd beëindigd; er was nog geen plan."],
  note_memory: ["The solve needed more memory than it may use.", "De berekening had meer geheugen nodig dan zij mag gebruiken."],
  note_ledger_added: ["The scenario has {rule}, which is not in the ledger.", "Het scenario heeft {rule}, en dat staat niet in het afwegingskader."],
  note_ledger_aims: ["The objectives are {now}; the ledger has {agreed}, in that order.", "De doelen zijn {now}; het afwegingskader heeft {agreed}, in die volgorde."],
  note_ledger_missing: ["Criterion {name}: the scenario does not have {rule}.", "Criterium {name}: {rule} ontbreekt in het scenario."],
  note_ledger_changed: ["Criterion {name}: {field} is {now} instead of {agreed}.", "Criterium {name}: {field} is {now} in plaats van {agreed}."],
} satisfies Record<string, Pair>;

const SLOT = /\\\{(\w+)\\\}/g;
const KNOWN = Object.values(notes).map(([english, dutch]) => ({
  dutch, at: new RegExp(`^${english.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace(SLOT, "(?<$1>.+?)")}$`),
}));

// The sentence in the chosen language; one that is not known stays in English, and `lang` says so to screen readers.
export function told(text: string): { text: string; lang: "en" | undefined } {
  if (language() === "en") return { text, lang: undefined };
  for (const { at, dutch } of KNOWN) {
    const found = at.exec(text);
    if (found) return { text: dutch.replace(/\{(\w+)\}/g, (_, slot: string) => slotText(slot, found.groups?.[slot] ?? "")), lang: undefined };
  }
  return { text, lang: "en" };
}

// A note within a note is told too.
const slotText = (slot: string, value: string): string => (slot === "note" ? told(value).text : value);
