// Elements made from words, never from markup: names in the data stay text.
const SVG = "http://www.w3.org/2000/svg";

function made(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const element = (name, attributes = {}, ...children) => made(document.createElement(name), attributes, children);
export const shape = (name, attributes = {}, ...children) => made(document.createElementNS(SVG, name), attributes, children);

// A table: columns [{title, number}], rows of cells; a cell is text, or {text, unit, tone}.
export function table(columns, rows) {
  const cell = (value, column) => {
    const told = value !== null && typeof value === "object" ? value : { text: value };
    const unit = told.unit ? element("span", { class: "unit" }, told.unit) : null;
    return element("td", { class: [column.number ? "number" : "", told.tone ?? ""].join(" ").trim() || null }, told.text ?? "", unit);
  };
  const head = columns.map((column) => element("th", { scope: "col", class: column.number ? "number" : null }, column.title));
  const body = rows.map((row) => element("tr", {}, row.map((value, place) => cell(value, columns[place]))));
  return element("div", { class: "scroll", tabindex: "0" },
    element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body)));
}
