// Decisions already taken: pick a site on the map or from the list, say what is decided, by whom and why.
import { useMemo, useState } from "preact/hooks";
import type { Rule } from "../api/contract";
import { careName, populations, siteName } from "../api/region";
import { CLASSES } from "../map/colours";
import { Mark } from "../map/marks";
import { RegionMap, type MapSite } from "../map/region_map";
import type { Editing } from "../pages/scenario";
import { Button, Panel, Picker } from "../parts/controls";
import { TextField } from "../parts/fields";
import { said, t } from "../words/words";
import { chosenCareTypes } from "./care_types";
import { freeId } from "./norms";
import { sentence } from "./sentences";

const STATES = ["open", "closed", "as_today"];

export function Locks({ editing }: { editing: Editing }) {
  const { text, change, region } = editing;
  const told = region.summary;
  const rules = text.rules ?? [];
  const cares = chosenCareTypes(editing);
  const [site, setSite] = useState("");
  const [care, setCare] = useState(cares[0] ?? "");
  const [state, setState] = useState("open");
  const [party, setParty] = useState("");
  const [reason, setReason] = useState("");
  const [source, setSource] = useState("");
  const offers = new Map(told.site_care.filter(({ care_type_id }) => care_type_id === care).map((row) => [row.site_id, row.offered_today]));
  const marks = useMemo((): MapSite[] => told.sites.flatMap(({ site_id, lon, lat }) => {
    if (typeof lon !== "number" || typeof lat !== "number") return [];
    const lock = rules.find((rule) => rule.rule === "lock" && rule["site"] === site_id && (rule["care_type"] === care || rule["care_type"] === "*" || rule["care_type"] === undefined));
    const look = lock ? (lock["state"] === "closed" ? "lock_closed" : "lock_open") : offers.get(site_id) ? "stays" : "never";
    return [{ site_id, name: siteName(told, site_id), lon, lat, state: look, size: site_id === site ? 1.6 : 1 }];
  }), [told, rules, care, site]);
  const values = useMemo(() => populations(region), [region]);
  const add = () => {
    const lock: Rule = { rule: "lock", id: freeId(rules, "lock"), site, care_type: care, state, ...(party && { party }), ...(reason && { reason }), ...(source && { source }) };
    change({ rules: [...rules.filter((rule) => !(rule.rule === "lock" && rule["site"] === site && rule["care_type"] === care)), lock] });
    setSite("");
    setReason("");
  };
  const may = told.sites.filter(({ site_id, in_region }) => in_region && offers.has(site_id));
  return (
    <Panel title={t("locks")}>
      <p>{t("locks_lead")}</p>
      <Picker label={t("care_type")} value={care} choices={cares.map((value) => ({ value, label: careName(told, value) }))} onPick={setCare} />
      <RegionMap label={t("map_of_locks")} areas={region.areas} values={values} classes={CLASSES.population} sites={marks} onPick={({ kind, id }) => kind === "site" && offers.has(id) && setSite(id)} small />
      <ul class="marks">
        <li><Mark state="stays" />{t("offers_today_mark")}</li><li><Mark state="never" />{said("never")}</li>
        <li><Mark state="lock_open" />{t("decided_open")}</li><li><Mark state="lock_closed" />{t("decided_closed")}</li>
      </ul>
      <div class="fields">
        <Picker label={t("site")} value={site} choices={[{ value: "", label: t("choose") }, ...may.map(({ site_id }) => ({ value: site_id, label: siteName(told, site_id) }))]} onPick={setSite} />
        <Picker label={t("is_decided")} value={state} choices={STATES.map((value) => ({ value, label: said(value) }))} onPick={setState} />
        <TextField label={t("party")} value={party} onValue={setParty} />
        <TextField label={t("reason")} value={reason} onValue={setReason} wide />
        <TextField label={t("source")} value={source} onValue={setSource} wide />
      </div>
      <Button disabled={!site} onClick={add}>{t("add_lock")}</Button>
      <ol class="rules">
        {rules.map((rule, place) => rule.rule !== "lock" ? null : (
          <li key={place} class="rule">
            <div class="sentence">{sentence(rule, told)}</div>
            <div class="rule-foot">
              <span class="soft">{[rule["party"], rule["reason"]].filter(Boolean).map(String).join(": ")}</span>
              <Button label={t("remove_named", { name: sentence(rule, told) })} onClick={() => change({ rules: rules.filter((_, at) => at !== place) })}>{t("remove")}</Button>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
