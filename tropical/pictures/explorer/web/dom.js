// Making elements. Texts are always text nodes: nothing from data is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) element.append(child);
  return element;
}

export const html = (name, attributes = {}, ...children) =>
  filled(document.createElement(name), attributes, children);
export const svg = (name, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, name), attributes, children);

// A text of so many letters at most.
export const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

export function button(text, action, attributes = {}) {
  return html("button", { type: "button", text, onclick: action, ...attributes });
}

export function check(text, isOn, action, attributes = {}) {
  const box = html("input", { type: "checkbox", onchange: () => action(box.checked), ...attributes });
  box.checked = isOn;
  return html("label", { class: "check" }, box, text);
}

export function choice(label, options, value, action, attributes = {}) {
  const list = html("select", { "aria-label": label, onchange: () => action(list.value), ...attributes });
  for (const [key, text] of options) list.append(html("option", { value: key, text }));
  list.value = value;
  return list;
}

export function download(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = html("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
