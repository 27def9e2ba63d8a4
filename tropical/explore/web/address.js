// The state of the view as text, for the address of the page.
import { parseRational } from "./exact.js";

export function stateOf({ selected, scene, fanView, draft, canCompute }) {
  const parts = new URLSearchParams();
  if (selected !== null) parts.set("cone", scene.cones[selected].colours.join("."));
  parts.set("loss", fanView.level);
  parts.set("view", fanView.view);
  if (fanView.folded) parts.set("folded", "1");
  if (canCompute) {
    parts.set("points", draft.points.map((p) => p.join(",")).join(";"));
    parts.set("labels", draft.labels.map((label) => (label > 0 ? "+" : "-")).join(""));
    if (draft.weights.some((w) => w !== 1)) parts.set("weights", draft.weights.join(","));
    parts.set("terms", draft.terms.join(","));
  }
  return parts.toString();
}

// The data in such a text; null if there is none, or it does not belong to the scene.
export function requestOf(parts, scene) {
  if (!parts.has("points")) return null;
  const points = parts.get("points").split(";").map((text) => text.split(","));
  const labels = [...(parts.get("labels") ?? "")].map((mark) => (mark === "-" ? -1 : 1));
  const weights = parts.has("weights") ? parts.get("weights").split(",").map(Number) : points.map(() => 1);
  const terms = (parts.get("terms") ?? scene.terms.join(",")).split(",").map(Number);
  const isWhole = points.every((p) => p.length === scene.data.dim && p.every(parseRational)) &&
    labels.length === points.length && weights.length === points.length && terms.length === 2;
  return isWhole ? { points, labels, weights, terms } : null;
}
