// Ways out of the pages: a word for screen readers and in a corner, a file for the planner, a link on the clipboard.
import { useEffect, useState } from "preact/hooks";
import { t } from "../words/words";

const SAID = "announced";
const SHOWN_MS = 4000;

export const announce = (text: string): boolean => window.dispatchEvent(new CustomEvent(SAID, { detail: text }));

export function Announcements() {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer = 0;
    const say = (event: Event) => {
      setText((event as CustomEvent<string>).detail);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setText(""), SHOWN_MS);
    };
    window.addEventListener(SAID, say);
    return () => window.removeEventListener(SAID, say);
  }, []);
  return <div class={`announcement ${text ? "shown" : ""}`} role="status">{text}</div>;
}

export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name.replace(/[\\/:*?"<>|]+/g, " ").trim();
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), SHOWN_MS);
}

export async function copyLink(address: string = location.href): Promise<void> {
  await navigator.clipboard.writeText(address);
  announce(t("link_copied"));
}
