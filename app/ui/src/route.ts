// Where we are, as the address says it: #/page/id?care=...&period=... so that every view has a link of its own.
import { useEffect, useState } from "preact/hooks";

export interface Route {
  page: string;
  id: string;
  query: Readonly<Record<string, string>>;
}

const CHANGED = "route-changed";

export function readRoute(hash: string = location.hash): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page = "", id = ""] = path.split("/").map(decodeURIComponent);
  return { page, id, query: Object.fromEntries(new URLSearchParams(search)) };
}

export function href(page: string, id = "", query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const search = new URLSearchParams(given).toString();
  const path = [page, id].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${path}${search ? `?${search}` : ""}`;
}

export function go(page: string, id = "", query: Record<string, string | undefined> = {}): void {
  location.hash = href(page, id, query).slice(1);
}

// Changes parts of the query without a new entry in the history: pickers, tabs.
export function setQuery(changes: Record<string, string | undefined>): void {
  const { page, id, query } = readRoute();
  history.replaceState(null, "", href(page, id, { ...query, ...changes }));
  window.dispatchEvent(new Event(CHANGED));
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute());
  useEffect(() => {
    const read = () => setRoute(readRoute());
    window.addEventListener("hashchange", read);
    window.addEventListener(CHANGED, read);
    return () => {
      window.removeEventListener("hashchange", read);
      window.removeEventListener(CHANGED, read);
    };
  }, []);
  return route;
}
