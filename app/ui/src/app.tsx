// The shell: name, way around, language, and the page that the address asks for.
import { useEffect, useRef } from "preact/hooks";
import { choose, language, useLanguage, type Language } from "./words/language";
import { t, type Word } from "./words/words";
import { Announcements } from "./parts/outlets";
import { href, useRoute, type Route } from "./route";
import { ComparePage } from "./pages/compare";
import { DataPage } from "./pages/data";
import { RunPage } from "./pages/run";
import { ScenarioPage } from "./pages/scenario";
import { StartPage } from "./pages/start";
import icon from "./icon.svg";

const PAGES: { page: string; word: Word; show: (route: Route) => preact.JSX.Element }[] = [
  { page: "", word: "page_start", show: () => <StartPage /> },
  { page: "data", word: "page_data", show: (route) => <DataPage key={route.id} id={route.id} query={route.query} /> },
  { page: "scenario", word: "page_scenario", show: (route) => <ScenarioPage key={JSON.stringify(route.query)} query={route.query} /> },
  { page: "run", word: "page_plan", show: (route) => <RunPage key={route.id} id={route.id} query={route.query} /> },
  { page: "compare", word: "page_compare", show: (route) => <ComparePage key={route.id} id={route.id} query={route.query} /> },
];

export function App() {
  const route = useRoute();
  const now = useLanguage();
  const main = useRef<HTMLElement>(null);
  const here = PAGES.find(({ page }) => page === route.page) ?? PAGES[0];
  const place = `${route.page}/${route.id}`;
  const before = useRef(place);

  useEffect(() => {
    document.documentElement.lang = now;
  }, [now]);
  useEffect(() => {
    if (here) document.title = `${t(here.word)} – ${t("title")}`;
    if (before.current === place) return;
    before.current = place;
    main.current?.focus();
    window.scrollTo(0, 0);
  }, [place, now]);

  return (
    <div class="frame" key={now}>
      <a class="utrecht-skip-link utrecht-skip-link--visible-on-focus" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>{t("skip")}</a>
      <header class="head">
        <a class="brand" href={href("")}><img src={icon} alt="" width="36" height="36" /><span>{t("title")}</span></a>
        <nav aria-label={t("way_around")}>
          <ul>
            {PAGES.map(({ page, word }) => (
              <li key={page}><a href={href(page)} aria-current={here?.page === page ? "page" : undefined}>{t(word)}</a></li>
            ))}
          </ul>
        </nav>
        <LanguageSwitch />
      </header>
      <main id="main" ref={main} tabIndex={-1}>{here?.show(route)}</main>
      <footer class="foot"><p>{t("footer")}</p></footer>
      <Announcements />
    </div>
  );
}

function LanguageSwitch() {
  const one = (name: Language, label: string) => (
    <button type="button" lang={name} aria-pressed={language() === name} onClick={() => choose(name)}>{label}</button>
  );
  return <div class="languages" role="group" aria-label={t("language")}>{one("nl", "Nederlands")}{one("en", "English")}</div>;
}
