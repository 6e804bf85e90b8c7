// The page: the list of runs, the chosen one beside it, in the chosen language.
import { WORKSPACE, get } from "./api.js";
import { element } from "./elements.js";
import { showRun } from "./plan.js";
import { choose, chosen, moment, word } from "./words.js";

const list = document.getElementById("runs");
const place = document.getElementById("plan");
const language = document.getElementById("language");

const chosenRun = () => location.hash.match(/^#run-(.+)$/)?.[1] ?? "";

async function showList() {
  const { runs } = await get(`${WORKSPACE}/runs`);
  if (!runs.length) list.replaceChildren(element("li", { class: "empty" }, word("no_runs")));
  else list.replaceChildren(...runs.map((run) => element("li", {},
    element("a", { href: `#run-${run.id}`, "aria-current": run.id === chosenRun() ? "page" : null }, run.name,
      element("small", {}, `${word(run.state)}${run.outcome ? ` · ${word(run.outcome)}` : ""} · ${moment(run.created_at)}`)))));
  return runs;
}

async function show() {
  document.documentElement.lang = chosen();
  document.title = word("title");
  language.value = chosen();
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  try {
    const runs = await showList();
    if (!chosenRun() && runs.length) history.replaceState(null, "", `#run-${runs[0].id}`);
    if (chosenRun()) {
      await showRun(place, chosenRun(), show);
      await showList();
    } else place.replaceChildren(element("p", { class: "card empty" }, word("choose")));
  } catch (error) {
    place.replaceChildren(element("p", { class: "card", role: "alert" }, `${word("failed")}: ${error.message}`));
  }
}

language.addEventListener("change", () => { choose(language.value); show(); });
window.addEventListener("hashchange", show);
show();
