// The few figures by which a proposal is weighed, each beside today's.
import type { Measure } from "../api/contract";
import { readable } from "../words/numbers";
import { said } from "../words/words";
import { Change, inOrder, minus, unitOf } from "./figures";

const SHOWN = 5;

export function FigureDifferences({ measures, today }: { measures: Record<string, Measure>; today: Record<string, Measure> }) {
  return (
    <dl class="figures">
      {inOrder(measures).slice(0, SHOWN).map(([name, { value, unit }]) => (
        <div key={name}>
          <dt>{said(name)}</dt>
          <dd>{readable(value)} <span class="unit">{unitOf(unit)}</span> <Change name={name} difference={minus(value, today[name]?.value)} /></dd>
        </div>
      ))}
    </dl>
  );
}
