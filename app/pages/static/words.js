// The words of the pages in English and Dutch; the domain's own words follow the project's glossary.
const WORDS = {
  en: {
    title: "Care landscape", tagline: "Plans for a region's hospital care, proved and explained", skip: "Skip to the plan",
    language: "Language", runs: "Runs", no_runs: "No runs yet. Post a scenario to the API, or start with --demo.",
    choose: "Choose a run to see its plan.", stop: "Stop and keep the best plan", stopping: "Stopping …",
    care_type: "Care type", period: "Period", show: "Show", minutes_plan: "Minutes in the plan", minutes_today: "Minutes today",
    minutes_difference: "Difference with today", figures: "Key figures", figure: "Figure", today: "Today", plan: "Plan",
    changes: "What changes", no_changes: "Nothing changes for this care type.", norms: "Norms", norm: "Norm", subject: "Subject",
    value: "Value", limit: "Limit", margin: "Margin", holds: "holds", broken: "does not hold", sites: "Sites", site: "Site",
    state: "State", volume: "Volume (cases/year)", stays: "stays", opens: "opens", closes: "closes", never: "not offered",
    minutes: "minutes", no_minutes: "unknown", map: "Map of areas by minutes and of sites by what happens to them",
    bound: "bound", gap: "gap", best: "best", failed: "This could not be loaded", no_plan: "This run holds no plan.",
    conflict: "These rules cannot live together", warnings: "Notes", point: "Point at an area or a site to read its figures.",
    accepted: "waiting", running: "running", successful: "finished", dismissed: "dismissed",
    optimal: "The best plan, proved", feasible: "A plan; a better one may exist", infeasible: "No plan can meet all hard rules",
    no_plan_found: "No plan found", proof: "proof", time_limit: "time limit", cancel: "stopped by hand", memory: "memory", error: "error",
    stopped_by: "ended by", verified: "checked again from the data", seconds: "s", cases: "cases/year",
  },
  nl: {
    title: "Zorglandschap", tagline: "Inrichtingen van de ziekenhuiszorg in een regio, bewezen en uitgelegd", skip: "Naar de inrichting",
    language: "Taal", runs: "Berekeningen", no_runs: "Nog geen berekeningen. Stuur een scenario naar de API, of start met --demo.",
    choose: "Kies een berekening om de inrichting te zien.", stop: "Stop en houd de beste inrichting", stopping: "Stopt …",
    care_type: "Zorgvorm", period: "Periode", show: "Toon", minutes_plan: "Minuten in de inrichting", minutes_today: "Minuten nu",
    minutes_difference: "Verschil met nu", figures: "Kerncijfers", figure: "Cijfer", today: "Nu", plan: "Inrichting",
    changes: "Wat verandert", no_changes: "Voor deze zorgvorm verandert niets.", norms: "Normen", norm: "Norm", subject: "Waarvoor",
    value: "Waarde", limit: "Grens", margin: "Marge", holds: "gehaald", broken: "niet gehaald", sites: "Locaties", site: "Locatie",
    state: "Toestand", volume: "Volume (gevallen/jaar)", stays: "blijft", opens: "opent", closes: "sluit", never: "niet aangeboden",
    minutes: "minuten", no_minutes: "onbekend", map: "Kaart van gebieden naar minuten en van locaties naar wat ermee gebeurt",
    bound: "grens", gap: "gat", best: "beste", failed: "Dit kon niet worden geladen", no_plan: "Deze berekening heeft geen inrichting.",
    conflict: "Deze regels gaan niet samen", warnings: "Opmerkingen", point: "Wijs een gebied of locatie aan om de cijfers te lezen.",
    accepted: "wacht", running: "bezig", successful: "klaar", dismissed: "afgebroken",
    optimal: "De beste inrichting, bewezen", feasible: "Een inrichting; er kan een betere zijn", infeasible: "Geen inrichting haalt alle harde regels",
    no_plan_found: "Geen inrichting gevonden", proof: "bewijs", time_limit: "tijdslimiet", cancel: "met de hand gestopt", memory: "geheugen", error: "fout",
    stopped_by: "geëindigd door", verified: "opnieuw nagerekend uit de gegevens", seconds: "s", cases: "gevallen/jaar",
  },
};

const KEY = "care-landscape-language";
let language = localStorage.getItem(KEY) ?? (navigator.language.startsWith("nl") ? "nl" : "en");

export const chosen = () => language;

export function choose(wanted) {
  language = wanted in WORDS ? wanted : "en";
  localStorage.setItem(KEY, language);
}

export const word = (key) => WORDS[language][key] ?? String(key).replaceAll("_", " ");

const MEASURES = {
  nl: {
    travel_time: "reistijd", mean_minutes_per_case: "minuten per geval", worst_minutes: "langste reis", unserved: "zonder plek",
    sites: "aangeboden plekken", changes: "wijzigingen", operating_cost: "jaarlijkse kosten", transition_cost: "transitiekosten",
    adverse_outcomes: "ongewenste uitkomsten", accessibility: "bereikbaarheid", staff: "personeel", penalties: "boetes",
  },
};

// The name of a figure; the outcome's own where there is no better word.
export const measure = (name) => MEASURES[language]?.[name] ?? name.replaceAll("_", " ");

export function number(value, digits = 2) {
  if (value === null || value === undefined) return "–";
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

export const moment = (text) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));
