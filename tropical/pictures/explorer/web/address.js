// The state of the view as text, for the address of the page.
import { parseRational } from "./exact.js";

export function stateOf(app) {
  return textOf(app.fan ? { ...fanState(app), ...app.fanView.state(), ...app.dataView.state(), ...app.coneView.state() }
    : app.view.state());
}

function textOf(state) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) if (value !== null && value !== "") parts.set(name, value);
  return parts.toString();
}

function fanState({ selected, scene, draft, canCompute }) {
  const found = { cone: selected === null ? null : scene.cones[selected].colors.join(".") };
  if (!canCompute) return found;
  const { points, labels, weights, terms } = draft;
  return { ...found,
    points: points.map((p) => p.join(",")).join(";"),
    labels: labels.map((label) => (label > 0 ? "+" : "-")).join(""), // nothing if there are none
    weights: weights.some((w) => w !== 1) ? weights.join(",") : null,
    terms: terms.join(",") };
}

// The data in such a text; null if there is none, or it does not belong to the scene.
export function requestOf(parts, scene) {
  if (!parts.has("points")) return null;
  const points = parts.get("points").split(";").map((text) => text.split(","));
  const labels = [...(parts.get("labels") ?? "")].map((mark) => (mark === "-" ? -1 : 1));
  const weights = parts.has("weights") ? parts.get("weights").split(",").map(Number) : points.map(() => 1);
  const terms = (parts.get("terms") ?? scene.terms.join(",")).split(",").map(Number);
  const isWhole = points.every((p) => p.length === scene.data.dim && p.every(parseRational)) &&
    [0, points.length].includes(labels.length) && weights.length === points.length && terms.length === 2;
  return isWhole ? { points, labels, weights, terms } : null;
}
