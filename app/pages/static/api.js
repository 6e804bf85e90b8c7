// What the pages ask of the API; problems come back as errors with the service's own words.
export const WORKSPACE = "/v1/workspaces/local";
const RD = "http://www.opengis.net/def/crs/EPSG/0/28992";

export async function get(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? answer.statusText);
  return body;
}

// Every feature of a layer that has the given values, in metres of the national grid, page after page.
export async function features(collection, values) {
  const found = [];
  const query = new URLSearchParams({ ...values, crs: RD, limit: "5000" });
  let address = `${WORKSPACE}/collections/${collection}/items?${query}`;
  while (address) {
    const page = await get(address);
    found.push(...page.features);
    const next = page.links.find((link) => link.rel === "next");
    address = next ? new URL(next.href).pathname + new URL(next.href).search : null;
  }
  return found;
}

export const stop = (run) => fetch(`${WORKSPACE}/runs/${run}/cancellation`, { method: "POST" });

// Calls back with each progress of a run, and once with its end; returns the way to stop listening.
export function follow(run, { progress, ended }) {
  const source = new EventSource(`${WORKSPACE}/runs/${run}/events`);
  source.addEventListener("progress", (event) => progress(JSON.parse(event.data)));
  source.addEventListener("state", (event) => {
    source.close();
    ended(JSON.parse(event.data));
  });
  return () => source.close();
}
