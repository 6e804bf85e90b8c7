// A group of inhabitants beside today: how far they are from care, and how many come to be closer or farther.
import { Loaded, useLoaded } from "../api/loaded";
import { gains } from "../api/workspace";
import type { Answered } from "../pages/run";
import { Panel } from "../parts/controls";
import { brief } from "../words/numbers";
import { said, t } from "../words/words";
import type { MapChoice } from "./choice";
import { Change } from "./figures";

export function GroupFigures({ held, chosen }: { held: Answered; chosen: MapChoice }) {
  const found = useLoaded(() => gains(held.run.id, chosen), [held.run.id, chosen.care_type_id, chosen.period, chosen.group]);
  return (
    <Panel title={said(chosen.group)}>
      <Loaded of={found}>
        {({ whole }) => (
          <dl class="cards-of-figures">
            <div><dt>{t("inhabitants_word")}</dt><dd><span class="large">{brief(whole?.inhabitants)}</span></dd></div>
            <div>
              <dt>{t("mean_minutes_of_group")}</dt>
              <dd>
                <span class="large">{brief(whole?.minutes)}</span> <span class="unit">{t("minutes_short")}</span>
                <span class="beside">{t("today_is", { value: brief(whole?.minutes_today) })} · <Change name="mean_minutes_per_case" difference={whole?.minutes_difference ?? null} brief /></span>
              </dd>
            </div>
            <div><dt>{t("farther_off")}</dt><dd><span class="large">{brief(whole?.inhabitants_farther)}</span></dd></div>
            <div><dt>{t("closer_by")}</dt><dd><span class="large">{brief(whole?.inhabitants_closer)}</span></dd></div>
            {whole?.inhabitants_beyond !== null && whole?.inhabitants_beyond !== undefined && (
              <div><dt>{t("beyond_access_norm")}</dt><dd><span class="large">{brief(whole.inhabitants_beyond)}</span></dd></div>
            )}
          </dl>
        )}
      </Loaded>
    </Panel>
  );
}
