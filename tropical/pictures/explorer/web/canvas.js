// A fan of thousands of cones on a canvas.
import { inFront } from "./sphere.js";
import { STAGE } from "./stage.js";

export function strokeFan(view) {
  const pen = view.canvas.getContext("2d");
  const style = getComputedStyle(view.stage);
  const ink = style.getPropertyValue("--tx-faint");
  pen.setTransform(2, 0, 0, 2, 0, 0);
  pen.clearRect(0, 0, STAGE, STAGE);
  if (view.view === "sphere") fillCells(view, pen, style, ink);
  else strokeGraph(view, pen, ink);
  pen.globalAlpha = 1;
  pen.strokeStyle = style.getPropertyValue("--tx-accent");
  pen.lineWidth = 3;
  if (view.trail.length > 1) pen.stroke(new Path2D(view.trailPath()));
  if (view.app.selected === null) return;
  const cell = view.cellPaths?.get(view.app.selected);
  if (view.view === "sphere") return cell && pen.stroke(cell);
  const [x, y] = view.at[view.nodeOf[view.app.selected]];
  pen.beginPath();
  pen.arc(x, y, 9, 0, 7);
  pen.stroke();
}

// The cells of the sphere in front; their paths are kept to find the one under the pointer.
function fillCells(view, pen, style, ink) {
  view.cellPaths = new Map();
  const colors = new Map([...new Set(view.lossOf)].map((loss) => [loss, view.lossColor(loss)]));
  pen.lineWidth = 0.6;
  pen.strokeStyle = style.getPropertyValue("--tx-paper");
  view.app.scene.sphere.cells.forEach((cell, i) => {
    const front = inFront(cell.map((place) => view.project(place)), STAGE * 0.44 * view.zoom);
    if (!front.length) return;
    const path = new Path2D(`${front.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")}Z`);
    const node = view.nodeOf[i];
    const isOn = view.partOf[node] >= 0;
    pen.globalAlpha = isOn ? 1 : 0.45;
    pen.fillStyle = isOn ? colors.get(view.lossOf[node]) : ink;
    pen.fill(path);
    pen.stroke(path);
    view.cellPaths.set(i, path);
  });
}

// The cell of the sphere at a place of the stage, or null.
export function cellAt(view, [x, y]) {
  const pen = view.canvas.getContext("2d");
  for (const [i, path] of view.cellPaths ?? []) if (pen.isPointInPath(path, 2 * x, 2 * y)) return i;
  return null;
}

function strokeGraph(view, pen, ink) {
  const groups = new Map();
  const most = view.isTurning ? 4000 : 60000; // coarser while the picture moves
  const skip = Math.max(1, Math.ceil(view.edges.length / most));
  for (let k = 0; k < view.edges.length; k += skip) {
    const [a, b, loss] = view.edges[k];
    const part = loss <= view.level ? view.partOf[a] % 6 : -1;
    if (!groups.has(part)) groups.set(part, new Path2D());
    groups.get(part).moveTo(view.at[a][0], view.at[a][1]);
    groups.get(part).lineTo(view.at[b][0], view.at[b][1]);
  }
  pen.lineWidth = 0.5;
  for (const [part, path] of [...groups].sort(([a], [b]) => a - b)) {
    pen.globalAlpha = part < 0 ? 0.25 : 0.35;
    pen.strokeStyle = part < 0 ? ink : view.partColor(part);
    pen.stroke(path);
  }
  pen.globalAlpha = 1;
  drawDots(view, pen, ink);
}

// Dots from back to front; while the picture moves they are squares in any order.
function drawDots(view, pen, ink) {
  const colors = new Map([...new Set(view.lossOf)].map((loss) => [loss, view.lossColor(loss)]));
  const order = view.at.map((_, i) => i);
  if (!view.isTurning) order.sort((a, b) => view.at[a][2] - view.at[b][2]);
  for (const i of order) {
    const isOn = view.partOf[i] >= 0;
    const [x, y] = view.at[i];
    const size = isOn ? view.radius(i) : 2;
    pen.globalAlpha = isOn ? 1 : 0.35;
    pen.fillStyle = isOn ? colors.get(view.lossOf[i]) : ink;
    if (view.isTurning) {
      pen.fillRect(x - size, y - size, 2 * size, 2 * size);
      continue;
    }
    pen.beginPath();
    pen.arc(x, y, size, 0, 7);
    pen.fill();
    if (isOn && view.lit < 600) {
      pen.strokeStyle = view.partColor(view.partOf[i]);
      pen.lineWidth = 2;
      pen.stroke();
    }
  }
}
