// A table as planners use it: sorted by any column, copied into Excel, long ones shown in part.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { language } from "../words/language";
import { aligned, decimalsFor, plain } from "../words/numbers";
import { t } from "../words/words";
import { announce, saveFile } from "./outlets";

export interface Column {
  title: string;
  numeric?: boolean;
  show?: (value: number) => string;
}

export interface Shown {
  value: string | number | null;
  show: ComponentChildren;
}

export type Cell = string | number | null | Shown;
const FEW = 25;

const valueOf = (cell: Cell | undefined): string | number | null =>
  cell === null || cell === undefined ? null : typeof cell === "object" ? cell.value : cell;

export function Table(props: { caption: string; columns: Column[]; rows: Cell[][]; hideCaption?: boolean; few?: number; mixed?: boolean; marked?: (row: number) => boolean }) {
  const { columns, rows } = props;
  const few = props.few ?? FEW;
  const [sorted, setSorted] = useState<{ by: number; down: boolean } | null>(null);
  const [all, setAll] = useState(false);
  const scroll = useRef<HTMLDivElement>(null);
  const wide = useOverflow(scroll);
  const decimals = columns.map((_, index) => (props.mixed ? null : decimalsFor(rows.flatMap((row) => (typeof row[index] === "number" ? [row[index]] : [])))));
  const order = rows.map((_, index) => index);
  if (sorted) order.sort((a, b) => (sorted.down ? -1 : 1) * compare(valueOf(rows[a]?.[sorted.by]), valueOf(rows[b]?.[sorted.by])));
  const shown = all ? order : order.slice(0, few);
  const sortBy = (by: number) => setSorted((now) => (now?.by === by ? (now.down ? null : { by, down: true }) : { by, down: false }));
  return (
    <div class="table-frame">
      <div class="table-scroll" role="group" aria-label={props.caption} ref={scroll} tabIndex={wide ? 0 : undefined}>
        <table class="utrecht-table">
          <caption class={props.hideCaption ? "for-ears" : "utrecht-table__caption"}>{props.caption}</caption>
          <thead class="utrecht-table__header">
            <tr class="utrecht-table__row">
              {columns.map((column, index) => (
                <th
                  key={index}
                  scope="col"
                  class={`utrecht-table__header-cell ${column.numeric ? "numeric" : ""}`}
                  aria-sort={sorted?.by === index ? (sorted.down ? "descending" : "ascending") : undefined}
                >
                  {rows.length > 1 && column.title ? (
                    <button type="button" class="sort" title={t("sort_by", { column: column.title })} onClick={() => sortBy(index)}>
                      {column.title}
                      <span aria-hidden="true" class="arrow">{sorted?.by === index ? (sorted.down ? "▼" : "▲") : ""}</span>
                    </button>
                  ) : (
                    column.title || <span class="for-ears">{t("action")}</span>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody class="utrecht-table__body">
            {shown.map((place) => (
              <tr key={place} class={`utrecht-table__row ${props.marked?.(place) ? "marked" : ""}`}>
                {columns.map((column, index) => (
                  <td key={index} class={`utrecht-table__cell ${column.numeric ? "numeric" : ""}`}>{display(rows[place]?.[index], column, decimals[index] ?? null)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="table-actions">
        {rows.length > shown.length && (
          <button type="button" class="utrecht-button utrecht-button--subtle" onClick={() => setAll(true)}>{t("show_all", { n: rows.length })}</button>
        )}
        <button type="button" class="utrecht-button utrecht-button--subtle" onClick={() => copy(columns, rows, order)}>{t("copy_table")}</button>
        <button type="button" class="utrecht-button utrecht-button--subtle" onClick={() => saveCsv(props.caption, columns, rows, order)}>{t("download_csv")}</button>
      </div>
    </div>
  );
}

// Whether there is more of the table than fits: only then the Tab key stops at it, to scroll it by the arrows.
function useOverflow(place: { current: HTMLElement | null }): boolean {
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = () => setWide(element.scrollWidth > element.clientWidth);
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    if (element.firstElementChild) watch.observe(element.firstElementChild);
    return () => watch.disconnect();
  }, []);
  return wide;
}

function display(cell: Cell | undefined, column: Column, decimals: number | null): ComponentChildren {
  if (cell === null || cell === undefined) return "–";
  if (typeof cell === "object") return cell.show;
  if (typeof cell !== "number") return cell;
  return column.show ? column.show(cell) : aligned(cell, decimals ?? decimalsFor([cell]));
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}

const cellText = (cell: Cell | undefined): string => {
  const value = valueOf(cell);
  return value === null ? "" : typeof value === "number" ? plain(value) : value.replace(/[\t\n]+/g, " ");
};

async function copy(columns: Column[], rows: Cell[][], order: number[]) {
  const lines = order.map((place) => columns.map((_, index) => cellText(rows[place]?.[index])).join("\t"));
  await navigator.clipboard.writeText([columns.map(({ title }) => title).join("\t"), ...lines].join("\n"));
  announce(t("copied", { n: rows.length }));
}

// The language's own separator and a mark of UTF-8, so that a double click opens it well; a text like a formula stays text.
function saveCsv(caption: string, columns: Column[], rows: Cell[][], order: number[]) {
  const separator = language() === "nl" ? ";" : ",";
  const guarded = (cell: Cell | undefined) => {
    const text = cellText(cell);
    return `"${(typeof valueOf(cell) === "string" && /^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  const lines = order.map((place) => columns.map((_, index) => guarded(rows[place]?.[index])).join(separator));
  const text = `\ufeff${[columns.map(({ title }) => `"${title}"`).join(separator), ...lines].join("\r\n")}`;
  saveFile(`${caption}.csv`, new Blob([text], { type: "text/csv;charset=utf-8" }));
}
