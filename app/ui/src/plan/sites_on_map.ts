// Sites as the map draws them: larger with their volume, the changing ones on top.
import type { SiteValues } from "../api/contract";
import { siteName, type Region } from "../api/region";
import type { MapSite } from "../map/region_map";

export type SiteAndState = Pick<SiteValues, "site_id" | "state"> & Partial<Pick<SiteValues, "volume_today" | "volume_plan">>;

const [SMALL, MIDDLING, LARGE] = [0.75, 1.2, 1.45];

export function sitesOnMap(region: Region, sites: SiteAndState[]): MapSite[] {
  const volume = (site: SiteAndState) => site.volume_plan ?? site.volume_today ?? 0;
  const most = Math.max(...sites.map(volume), 1e-9);
  const places = new Map(region.summary.sites.map((row) => [row.site_id, row]));
  return sites.flatMap((site) => {
    const place = places.get(site.site_id);
    const [lon, lat] = [place?.["lon"], place?.["lat"]];
    if (typeof lon !== "number" || typeof lat !== "number") return [];
    const size = site.volume_plan === undefined ? MIDDLING : site.state === "never" ? SMALL : SMALL + (LARGE - SMALL) * Math.sqrt(volume(site) / most);
    return [{ site_id: site.site_id, name: siteName(region.summary, site.site_id), lon, lat, state: site.state, size }];
  });
}
