// What the pages say, in both languages; a word that is not listed shows its own name.
import { language } from "./language";
import { actions } from "./actions";
import { care } from "./care";
import { pagesWords } from "./pages";
import { units } from "./units";

type Pair = readonly [en: string, nl: string];
export const words = { ...actions, ...care, ...pagesWords, ...units } satisfies Record<string, Pair>;
export type Word = keyof typeof words;
const every: Record<string, Pair | undefined> = words;

function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const inLanguage = (pair: Pair): string => (language() === "nl" ? pair[1] : pair[0]);

export function t(word: Word, values: Record<string, string | number> = {}): string {
  return filled(inLanguage(words[word]), values);
}

// For names that come from the API: a kind of rule, a measure, a state. `name#2` is the second of that name.
export function said(name: string | null | undefined): string {
  if (!name) return "–";
  const [plain = name, nth] = name.split("#");
  const pair = every[plain];
  const text = pair ? inLanguage(pair) : plain.replaceAll("_", " ");
  return nth ? `${text} (${nth})` : text;
}

export const known = (name: string): boolean => every[name] !== undefined;
