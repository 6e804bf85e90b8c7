// The chosen language: Dutch or English, kept by the browser, told to whoever shows words.
import { useEffect, useState } from "preact/hooks";

export type Language = "en" | "nl";
const KEPT = "care-landscape-language";
const CHANGED = "language-changed";

const first = (): Language => {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "nl") return kept;
  return navigator.language.toLowerCase().startsWith("nl") ? "nl" : "en";
};

let chosen: Language = first();

export const language = (): Language => chosen;
export const locale = (): string => (chosen === "nl" ? "nl-NL" : "en-GB");

export function choose(next: Language): void {
  chosen = next;
  localStorage.setItem(KEPT, next);
  window.dispatchEvent(new Event(CHANGED));
}

export function useLanguage(): Language {
  const [now, setNow] = useState(chosen);
  useEffect(() => {
    const read = () => setNow(chosen);
    window.addEventListener(CHANGED, read);
    return () => window.removeEventListener(CHANGED, read);
  }, []);
  return now;
}
