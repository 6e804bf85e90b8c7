// Something from the API while it is on its way, when it is there, and when it cannot be had.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Problems } from "../parts/problems";
import { t } from "../words/words";

export type Loading<Value> = { value?: Value; error?: unknown; again?: () => void };

// Loads again when one of `on` changes; an answer that comes too late is dropped.
export function useLoaded<Value>(load: () => Promise<Value>, on: unknown[]): Loading<Value> {
  const [state, setState] = useState<Loading<Value>>({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let wanted = true;
    load().then(
      (value) => wanted && setState({ value }),
      (error: unknown) => wanted && setState((before) => ({ ...before, error })),
    );
    return () => {
      wanted = false;
    };
  }, [...on, turn]);
  const again = () => {
    setState({});
    setTurn((before) => before + 1);
  };
  return { ...state, again };
}

export function Loaded<Value>(props: { of: Loading<Value>; children: (value: Value) => ComponentChildren }) {
  if (props.of.error) return <Problems error={props.of.error} onRetry={props.of.again} />;
  if (props.of.value === undefined) return <p role="status" class="waiting">{t("loading")}</p>;
  return <>{props.children(props.of.value)}</>;
}
