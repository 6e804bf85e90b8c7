// Fields to fill in: numbers and words, each with its label.
import { useId } from "preact/hooks";

export function NumberField(props: { label: string; value: number | null | undefined; onValue: (value: number | null) => void; inline?: boolean; min?: number; step?: number }) {
  const id = useId();
  return (
    <span class={props.inline ? "inline-field" : "field"}>
      <label class={props.inline ? "for-ears" : "utrecht-form-label"} for={id}>{props.label}</label>
      <input
        id={id} class="utrecht-textbox number" type="number" min={props.min ?? 0} step={props.step ?? "any"} value={props.value ?? ""}
        onInput={(event) => props.onValue(event.currentTarget.value === "" ? null : event.currentTarget.valueAsNumber)}
      />
    </span>
  );
}

export function TextField(props: { label: string; value: string; onValue: (value: string) => void; wide?: boolean; type?: "text" | "date" }) {
  const id = useId();
  return (
    <span class={`field ${props.wide ? "wide" : ""}`}>
      <label class="utrecht-form-label" for={id}>{props.label}</label>
      {props.type === "date" ? (
        <input id={id} class="utrecht-textbox" type="date" value={props.value} onInput={(event) => props.onValue(event.currentTarget.value)} />
      ) : (
        <input id={id} class="utrecht-textbox" type="text" value={props.value} onInput={(event) => props.onValue(event.currentTarget.value)} />
      )}
    </span>
  );
}

export function Tick(props: { label: string; checked: boolean; value?: string; onTick: (checked: boolean) => void }) {
  const id = useId();
  return (
    <span class="tick">
      <input id={id} type="checkbox" class="utrecht-checkbox" value={props.value ?? "on"} checked={props.checked} onChange={(event) => props.onTick(event.currentTarget.checked)} />
      <label for={id}>{props.label}</label>
    </span>
  );
}
