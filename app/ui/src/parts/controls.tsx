// Small parts that every page uses: buttons, pickers, badges, panels, tabs.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Run } from "../api/contract";
import { said } from "../words/words";

export interface Choice {
  value: string;
  label: string;
}

export function Button(props: { children: ComponentChildren; onClick?: () => void; primary?: boolean; disabled?: boolean; submit?: boolean; label?: string; danger?: boolean }) {
  const kind = props.primary ? "utrecht-button--primary-action" : "utrecht-button--secondary-action";
  return (
    <button
      type={props.submit ? "submit" : "button"}
      class={`utrecht-button ${kind} ${props.danger ? "utrecht-button--danger" : ""}`}
      disabled={props.disabled}
      aria-label={props.label}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

export function LinkButton(props: { href: string; children: ComponentChildren; primary?: boolean; download?: boolean }) {
  const kind = props.primary ? "utrecht-button--primary-action" : "utrecht-button--secondary-action";
  return <a class={`utrecht-button ${kind}`} href={props.href} download={props.download}>{props.children}</a>;
}

export function Picker(props: { label: string; value: string; choices: Choice[]; onPick: (value: string) => void; hideLabel?: boolean }) {
  const id = useId();
  return (
    <span class="picker">
      <label class={props.hideLabel ? "for-ears" : "utrecht-form-label"} for={id}>{props.label}</label>
      <select id={id} class="utrecht-select" value={props.value} onChange={(event) => props.onPick(event.currentTarget.value)}>
        {props.choices.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
      </select>
    </span>
  );
}

const TONES: Record<string, string> = {
  optimal: "good", feasible: "fair", infeasible: "bad", no_plan_found: "bad", failed: "bad", running: "busy", accepted: "busy",
};

export function Badge(props: { name: string; children?: ComponentChildren }) {
  return <span class={`badge ${TONES[props.name] ?? ""}`}>{props.children ?? said(props.name)}</span>;
}

export const RunBadge = ({ run }: { run: Run }) => <Badge name={run.outcome ?? run.state} />;

export function Panel(props: { title: string; children: ComponentChildren; level?: 2 | 3; id?: string; aside?: ComponentChildren; quiet?: boolean }) {
  const id = useId();
  const Title = props.level === 3 ? "h3" : "h2";
  return (
    <section class={`panel ${props.quiet ? "quiet" : ""}`} aria-labelledby={id} id={props.id}>
      <div class="panel-head">
        <Title id={id} class={`utrecht-heading-${props.level ?? 2}`}>{props.title}</Title>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

export function Tabs(props: { label: string; value: string; choices: Choice[]; link: (value: string) => string }) {
  return (
    <nav class="tabs" aria-label={props.label}>
      <ul>
        {props.choices.map(({ value, label }) => (
          <li key={value}><a href={props.link(value)} aria-current={value === props.value ? "page" : undefined}>{label}</a></li>
        ))}
      </ul>
    </nav>
  );
}

export function Note(props: { kind?: "info" | "ok" | "warning" | "error"; children: ComponentChildren; role?: "status" | "alert" }) {
  return (
    <div class={`utrecht-alert utrecht-alert--${props.kind ?? "info"}`} role={props.role}>
      <div class="utrecht-alert__content">{props.children}</div>
    </div>
  );
}
