// A difference as a bar to the left or right of nothing, beside its number: longer is orange, shorter is blue.
import { readableDifference } from "../words/numbers";

export function DifferenceBar({ value, most, neutral }: { value: number | null; most: number; neutral?: boolean }) {
  if (value === null) return <>–</>;
  const length = (Math.abs(value) / most) * 48;
  const look = neutral ? "neutral" : value > 0 ? "more" : "less";
  return (
    <span class="difference-bar">
      <svg viewBox="0 0 100 14" aria-hidden="true">
        <line x1="50" x2="50" y1="0" y2="14" />
        <rect class={look} x={value < 0 ? 50 - length : 50} y="2" width={length} height="10" />
      </svg>
      <span>{readableDifference(value)}</span>
    </span>
  );
}
