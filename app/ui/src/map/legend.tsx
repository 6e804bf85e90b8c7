// What the colours and marks of a map mean, in words.
import { number } from "../words/numbers";
import { said, t } from "../words/words";
import { CLASSES, UNKNOWN, type Look } from "./colours";
import { Mark, type SiteState } from "./marks";

export function Legend(props: { look: Look; states?: SiteState[] }) {
  const { breaks, colours } = CLASSES[props.look];
  const unit = props.look === "population" ? t("inhabitants") : t("minutes_short");
  const decimals = props.look === "minutes_difference" ? 1 : 0;
  const label = (place: number): string => {
    const [low, high] = [breaks[place - 1], breaks[place]];
    if (low === undefined) return t("below", { limit: number(high, decimals) });
    if (high === undefined) return t("from", { limit: number(low, decimals) });
    return `${number(low, decimals)} – ${number(high, decimals)}`;
  };
  return (
    <div class="legend">
      <p class="legend-title">{said(props.look)} ({unit})</p>
      <ul class="classes">
        {colours.map((colour, place) => <li key={colour}><Swatch colour={colour} />{label(place)}</li>)}
        <li><Swatch colour={UNKNOWN} />{t("not_known")}</li>
      </ul>
      {props.states && (
        <ul class="marks">{props.states.map((state) => <li key={state}><Mark state={state} />{said(state)}</li>)}</ul>
      )}
    </div>
  );
}

function Swatch({ colour }: { colour: string }) {
  return (
    <svg class="swatch" viewBox="0 0 20 14" aria-hidden="true">
      <rect x="0.5" y="0.5" width="19" height="13" fill={colour} stroke="#5b6670" />
    </svg>
  );
}
