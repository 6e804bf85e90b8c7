// A sentence of the service in the reader's language.
import { told } from "../words/notes";

export function Told({ text }: { text: string }) {
  const said = told(text);
  return <span lang={said.lang}>{said.text}</span>;
}
