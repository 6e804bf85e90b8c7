// A small chart in SVG: lines, steps and points on two axes, with marks that can be picked by mouse or keyboard.
import { number, readable } from "../words/numbers";

export interface Point {
  x: number;
  y: number;
}

export interface LineOf {
  name: string;
  points: Point[];
  step?: boolean;
  look: "best" | "bound" | "one" | "two" | "three";
}

export interface PickPoint extends Point {
  label: string;
  chosen?: boolean;
  onPick: () => void;
}

const [WIDTH, HEIGHT] = [720, 300];
const [LEFT, RIGHT, TOP, BOTTOM] = [76, 16, 32, 46];

interface Scale {
  low: number;
  high: number;
  ticks: number[];
}

function scale(values: number[], many: number): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least || Math.abs(most) || 1;
  const rough = span / many;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  const low = Math.floor((least - (most === least ? step : 0)) / step) * step;
  const high = Math.ceil((most + (most === least ? step : 0)) / step) * step;
  const count = Math.round((high - low) / step);
  return { low, high, ticks: Array.from({ length: count + 1 }, (_, place) => low + place * step) };
}

export function Chart(props: { label: string; xTitle: string; yTitle: string; lines: LineOf[]; points?: PickPoint[]; xFrom?: number; marks?: { x: number; label: string }[] }) {
  const all = [...props.lines.flatMap(({ points }) => points), ...(props.points ?? [])];
  if (all.length === 0) return null;
  const xs = scale([...(props.xFrom === undefined ? [] : [props.xFrom]), ...all.map(({ x }) => x), ...(props.marks ?? []).map(({ x }) => x)], 6);
  const ys = scale(all.map(({ y }) => y), 5);
  const px = (x: number) => LEFT + ((x - xs.low) / (xs.high - xs.low)) * (WIDTH - LEFT - RIGHT);
  const py = (y: number) => HEIGHT - BOTTOM - ((y - ys.low) / (ys.high - ys.low)) * (HEIGHT - TOP - BOTTOM);
  const path = ({ points, step }: LineOf) =>
    points.map(({ x, y }, place) => `${place === 0 ? "M" : step ? `H${px(x).toFixed(1)}V` : "L"}${place > 0 && step ? py(y).toFixed(1) : `${px(x).toFixed(1)},${py(y).toFixed(1)}`}`).join("");
  return (
    <figure class="chart">
      <figcaption class="chart-key">
        {props.lines.map(({ name, look }) => (
          <span key={name}><svg viewBox="0 0 30 10" aria-hidden="true"><line class={`line ${look}`} x1="1" y1="5" x2="29" y2="5" /></svg>{name}</span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={props.label}>
        <g class="grid" aria-hidden="true">
          {ys.ticks.map((tick) => (
            <g key={tick}>
              <line x1={LEFT} x2={WIDTH - RIGHT} y1={py(tick)} y2={py(tick)} />
              <text x={LEFT - 8} y={py(tick) + 4} text-anchor="end">{readable(tick)}</text>
            </g>
          ))}
          {xs.ticks.map((tick) => (
            <text key={tick} x={px(tick)} y={HEIGHT - BOTTOM + 18} text-anchor="middle">{number(tick, 2)}</text>
          ))}
          <text class="axis" x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} text-anchor="middle">{props.xTitle}</text>
          <text class="axis" x={0} y={14}>{props.yTitle}</text>
        </g>
        {(props.marks ?? []).map(({ x, label }) => (
          <g key={label} class="mark-line" aria-hidden="true"><line x1={px(x)} x2={px(x)} y1={TOP} y2={HEIGHT - BOTTOM} /><text x={px(x) + 4} y={TOP + 10}>{label}</text></g>
        ))}
        {props.lines.map((line) => <path key={line.name} class={`line ${line.look}`} d={path(line)} aria-hidden="true" />)}
        {(props.points ?? []).map((point) => (
          <circle
            key={point.label} class={`pick ${point.chosen ? "chosen" : ""}`} cx={px(point.x)} cy={py(point.y)} r={point.chosen ? 9 : 7}
            role="button" tabindex={0} aria-label={point.label} aria-pressed={Boolean(point.chosen)}
            onClick={point.onPick}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== " ") return;
              event.preventDefault();
              point.onPick();
            }}
          ><title>{point.label}</title></circle>
        ))}
      </svg>
    </figure>
  );
}
