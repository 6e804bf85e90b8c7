// One norm as a sentence to fill in; its other fields, from the catalogue, under "more".
import type { FieldSchema, Json, Member, Rule, Summary } from "../api/contract";
import { careName, resourceName, siteName } from "../api/region";
import type { Editing } from "../pages/scenario";
import { Button, Picker, type Choice } from "../parts/controls";
import { NumberField, TextField, Tick } from "../parts/fields";
import { said, t } from "../words/words";
import { chosenCareTypes } from "./care_types";
import { partsOf, sentence, SHARES, valueText } from "./sentences";

export function RuleEditor(props: { rule: Rule; member: Member | undefined; editing: Editing; problem?: string | undefined; onChange: (rule: Rule) => void; onRemove: () => void }) {
  const { rule, member, editing, onChange, onRemove } = props;
  const parts = partsOf(rule);
  const inSentence = new Set(parts.flatMap((part) => ("field" in part ? [part.field] : [])));
  const set = (field: string, value: Json) => {
    const { [field]: _old, ...rest } = rule;
    onChange((value === null || value === "" ? rest : { ...rest, [field]: value }) as Rule);
  };
  const others = Object.entries(member?.fields ?? {}).filter(([field, schema]) => field !== "rule" && schema.const === undefined && !inSentence.has(field) && one(schema) !== "object");
  const told = sentence(rule, editing.region.summary);
  return (
    <li class={`rule ${props.problem ? "wrong" : ""}`}>
      <div class="sentence">
        {parts.map((part, place) =>
          "text" in part ? <span key={place}>{part.text}</span> : (
            <FieldEditor key={part.field} inline field={part.field} schema={member?.fields[part.field]} value={rule[part.field]} editing={editing} onValue={(value) => set(part.field, value)} />
          ),
        )}
      </div>
      {props.problem && <p class="bad-text" role="alert">{props.problem}</p>}
      <div class="rule-foot">
        <details>
          <summary>{t("more")}<span class="for-ears">: {told}</span></summary>
          <div class="fields">
            {others.map(([field, schema]) => (
              <FieldEditor key={field} field={field} schema={schema} value={rule[field]} editing={editing} onValue={(value) => set(field, value)} />
            ))}
          </div>
        </details>
        <span class="soft">{rule["source"] ? `${t("source")}: ${String(rule["source"])}` : t("source_none")}</span>
        <Button label={t("remove_named", { name: told })} onClick={onRemove}>{t("remove")}</Button>
      </div>
    </li>
  );
}

// The plain type of a field: null and lists left aside.
function one(schema: FieldSchema | undefined): string {
  if (!schema) return "string";
  const choices = schema.anyOf?.filter(({ type }) => type !== "null" && type !== "array") ?? [schema];
  return choices[0]?.type ?? (choices[0]?.const !== undefined ? "string" : "object");
}

const enumOf = (schema: FieldSchema | undefined): string[] | undefined =>
  schema?.enum ?? schema?.anyOf?.find((each) => each.enum)?.enum ?? schema?.anyOf?.filter((each) => each.const !== undefined).map((each) => String(each.const));

function choicesOf(field: string, schema: FieldSchema | undefined, editing: Editing): Choice[] | undefined {
  const told: Summary = editing.region.summary;
  const cares = chosenCareTypes(editing).map((value) => ({ value, label: careName(told, value) }));
  if (field === "care_type") return [{ value: "*", label: t("each_care_type") }, ...cares];
  if (field === "requires" || field === "parent") return told.care_types.map(({ care_type_id }) => ({ value: care_type_id, label: careName(told, care_type_id) }));
  if (field === "site") return told.sites.filter(({ in_region }) => in_region).map(({ site_id }) => ({ value: site_id, label: siteName(told, site_id) }));
  if (field === "resource") return told.resources.map((row) => ({ value: String(row["resource_id"]), label: resourceName(told, String(row["resource_id"])) }));
  if (field === "mode") return [...new Set([...told.modes, "ambulance"])].map((value) => ({ value, label: said(value) }));
  if (field === "group") return told.groups.map((value) => ({ value, label: said(value) }));
  if (field === "region") return told.regions.map(({ region_id }) => ({ value: region_id, label: region_id }));
  if (field === "network") return [...new Set(told.regions.map(({ region_kind }) => region_kind))].map((value) => ({ value, label: said(value) }));
  const listed = enumOf(schema);
  return listed?.length ? listed.map((value) => ({ value, label: valueText(field, value, told) })) : undefined;
}

const FIELD_LABELS = ["source", "reason", "party", "site", "care_type", "group", "region", "mode"] as const;

function FieldEditor(props: { field: string; schema: FieldSchema | undefined; value: Json | undefined; editing: Editing; inline?: boolean; onValue: (value: Json) => void }) {
  const { field, schema, value, editing, onValue } = props;
  const label = FIELD_LABELS.find((each) => each === field) ? said(field) : said(field);
  const choices = choicesOf(field, schema, editing);
  const kind = one(schema);
  if (field === "periods") return null;
  if (Array.isArray(value)) return <span class="fixed">{valueText(field, value, editing.region.summary)}</span>;
  if (choices) {
    const fallback = typeof schema?.default === "string" ? schema.default : field === "mode" ? "car" : "";
    const now = typeof value === "string" ? value : fallback;
    const optional = now === "" || !(typeof schema?.default === "string" || field === "care_type");
    return <Picker hideLabel={Boolean(props.inline)} label={label} value={now} choices={[...(optional && field !== "mode" ? [{ value: "", label: t("choose") }] : []), ...choices]} onPick={onValue} />;
  }
  if (kind === "boolean") return <Tick label={label} checked={value === true || (value === undefined && schema?.default === true)} onTick={onValue} />;
  if (kind === "number" || kind === "integer") {
    const percent = SHARES.has(field);
    const given = typeof value === "number" ? value : typeof schema?.default === "number" ? schema.default : null;
    return (
      <>
        <NumberField
          inline={Boolean(props.inline)} label={percent ? `${label} (%)` : label} value={given === null ? null : percent ? Math.round(given * 1e6) / 1e4 : given}
          onValue={(next) => onValue(next === null ? null : percent ? next / 100 : next)}
        />
        {percent && props.inline && <span>%</span>}
      </>
    );
  }
  if (field === "valid_from" || field === "valid_to") return <TextField type="date" label={label} value={String(value ?? "")} onValue={onValue} />;
  return <TextField label={label} value={String(value ?? "")} onValue={onValue} wide={["source", "reason"].includes(field)} />;
}
