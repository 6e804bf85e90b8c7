// Norms as sentences in both languages; a slot in braces is a field of the rule, to be read or to be filled in.
import type { Json, Rule, Summary } from "../api/contract";
import { careName, organisationName, periodName, resourceName, siteName } from "../api/region";
import { language } from "../words/language";
import { number, share } from "../words/numbers";
import { said, t } from "../words/words";

type Pair = readonly [en: string, nl: string];
export type Part = { text: string } | { field: string };

const given = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

const SENTENCES: Record<string, (rule: Rule) => Pair> = {
  volume_norm: (rule) => given(rule["at_most"]) && !given(rule["at_least"])
    ? ["Each {bearer} that offers {care_type} treats at most {at_most} cases a year", "Elke {bearer} die {care_type} aanbiedt behandelt hoogstens {at_most} casussen per jaar"]
    : ["Each {bearer} that offers {care_type} treats at least {at_least} cases a year", "Elke {bearer} die {care_type} aanbiedt behandelt ten minste {at_least} casussen per jaar"],
  access_norm: (rule) => ({
    share: ["At least {at_least_share} of the inhabitants reach {care_type} within {max_minutes} minutes by {mode}", "Ten minste {at_least_share} van de inwoners bereikt {care_type} binnen {max_minutes} minuten per {mode}"] as Pair,
    no_worse: ["No more inhabitants than today are over {max_minutes} minutes by {mode} from {care_type}", "Niet meer inwoners dan nu zijn meer dan {max_minutes} minuten per {mode} van {care_type}"] as Pair,
  })[String(rule["kind"])] ?? ["Everybody reaches {care_type} within {max_minutes} minutes by {mode}", "Iedereen bereikt {care_type} binnen {max_minutes} minuten per {mode}"],
  site_count: (rule) => given(rule["exactly"])
    ? ["{care_type} is offered on exactly {exactly} sites", "{care_type} wordt op precies {exactly} locaties aangeboden"]
    : given(rule["at_most"]) && !given(rule["at_least"])
      ? ["{care_type} is offered on at most {at_most} sites", "{care_type} wordt op hoogstens {at_most} locaties aangeboden"]
      : ["{care_type} is offered on at least {at_least} sites", "{care_type} wordt op ten minste {at_least} locaties aangeboden"],
  capacity: () => ["No site treats more than {factor} times its capacity of {care_type}", "Geen locatie behandelt meer dan {factor} maal haar capaciteit van {care_type}"],
  interdependency: (rule) => rule["relation"] === "within_minutes"
    ? ["Whoever offers {care_type} has {requires} within {minutes} minutes", "Wie {care_type} aanbiedt heeft {requires} binnen {minutes} minuten"]
    : ["{care_type} and {requires}: {relation}", "{care_type} en {requires}: {relation}"],
  lock: () => ["Decided: {site} is {state} for {care_type}", "Besloten: {site} is {state} voor {care_type}"],
  resource_limit: () => ["No more {resource} is used than there is", "Er wordt niet meer {resource} ingezet dan er is"],
  budget: () => ["At most {at_most_eur} euro goes to {scope}", "Er gaat hoogstens {at_most_eur} euro naar {scope}"],
  organisation_balance: () => ["Each organisation keeps at least {at_least_share} of its {measure}", "Elke organisatie houdt ten minste {at_least_share} van haar {measure}"],
  change_limit: (rule) => rule["irreversible"] === true && !given(rule["at_most"])
    ? ["What has changed once never changes again", "Wat eenmaal is gewijzigd wijzigt niet opnieuw"]
    : ["At most {at_most} {counts} in a period", "Hoogstens {at_most} {counts} per periode"],
  backup: () => ["At least {at_least_share} of the inhabitants have two sites with {care_type} within {max_minutes} minutes", "Ten minste {at_least_share} van de inwoners heeft twee locaties met {care_type} binnen {max_minutes} minuten"],
  satellite: () => ["Where {care_type} is a satellite of {parent} it treats at least {at_least} cases a year", "Waar {care_type} een satelliet is van {parent} behandelt het ten minste {at_least} casussen per jaar"],
};

export const SPOKEN = Object.keys(SENTENCES);
export const SHARES = new Set(["at_least_share", "within_share", "share"]);

// The parts of a rule's sentence, in order.
export function partsOf(rule: Rule): Part[] {
  const pair = SENTENCES[rule.rule]?.(rule) ?? [`${said(rule.rule)}: {care_type}`, `${said(rule.rule)}: {care_type}`];
  return pair[language() === "nl" ? 1 : 0].split(/(\{\w+\})/).filter(Boolean).map((part) => {
    const slot = /^\{(\w+)\}$/.exec(part)?.[1];
    return slot ? { field: slot } : { text: part };
  });
}

// The sentence as text, for lists, conflicts and the record.
export const sentence = (rule: Rule, told: Summary): string =>
  partsOf(rule).map((part) => ("text" in part ? part.text : valueText(part.field, rule[part.field], told))).join("");

export function valueText(field: string, value: Json | undefined, told: Summary): string {
  if (Array.isArray(value)) return value.map((each) => valueText(field, each, told)).join(", ");
  if (value === "*") return field === "care_type" ? t("each_care_type") : t("all");
  if (field === "mode" && !given(value)) return said("car");
  if (field === "bearer" && !given(value)) return t("bearer_site");
  if (!given(value)) return field === "care_type" ? t("every_care_type_together") : "…";
  if (typeof value === "number") return SHARES.has(field) ? share(value, 2) : number(value, 3);
  const text = String(value);
  if (["care_type", "requires", "parent"].includes(field)) return careName(told, text);
  if (field === "site") return siteName(told, text);
  if (field === "organisation") return organisationName(told, text);
  if (field === "resource") return resourceName(told, text);
  if (field === "period" && text !== "total") return periodName(told, text);
  if (field === "bearer" && text === "site") return t("bearer_site");
  if (field === "bearer" && text === "organisation") return t("bearer_organisation");
  return said(text);
}
