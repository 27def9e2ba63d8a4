// Thousands of regions on a canvas, in two pixels for each unit of the chart.

export function paintChart(chart, size) {
  const pen = chart.canvas.getContext("2d");
  const scale = 2 * chart.zoom;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, 2 * size, 2 * size);
  pen.setTransform(scale, 0, 0, scale, -chart.corner[0] * scale, -chart.corner[1] * scale);
  [pen.lineJoin, pen.lineCap] = ["round", "butt"];
  fillRegions(chart, pen, size);
  strokeLayers(chart, pen, size);
  pen.setLineDash([]);
  const line = (points, width, color, isClosed) => {
    pen.beginPath();
    trace(pen, points, isClosed);
    [pen.lineWidth, pen.strokeStyle, pen.globalAlpha] = [width / chart.zoom, color, 1];
    pen.stroke();
  };
  if (chart.view.showsBoundary) for (const points of chart.boundary) line(points, 3, "#1a1a1a", points.length > 2);
  if (chart.view.selected !== null) line(chart.polygons[chart.view.selected], 3.5, "#aa3377", true);
}

function trace(pen, points, isClosed) {
  points.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  if (isClosed) pen.closePath();
}

function fillRegions(chart, pen, size) {
  pen.globalAlpha = 0.8;
  for (const part of chart.parts) {
    if (!isSeen(chart, part.points, size)) continue;
    pen.beginPath();
    trace(pen, part.points, true);
    trace(pen, [part.points[0], part.points[0]], true); // Chromium fills a lone convex part with a very short side in part
    pen.fillStyle = part.fill ?? ramp(chart, pen, part.ramp);
    pen.fill();
  }
}

function ramp(chart, pen, ramp) {
  const { ends: [[x, y], [u, v]], stops } = chart.slope(ramp);
  const found = pen.createLinearGradient(x, y, u, v);
  for (const [offset, color] of stops) found.addColorStop(offset, color);
  return found;
}

// One path for all lines of a layer: their dashes go on along each of them.
function strokeLayers(chart, pen, size) {
  const groups = new Map();
  for (const line of chart.lines) {
    if (chart.view.hidden.has(line.layer) || !isSeen(chart, line.points, size)) continue;
    const key = `${line.layer} ${line.bends}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(line);
  }
  for (const lines of groups.values()) {
    const [{ layer, bends }] = lines;
    const { stroke, "stroke-dasharray": dashes, "stroke-width": width } = chart.stroke(layer);
    pen.setLineDash(dashes ? dashes.split(" ").map((length) => Number(length) / chart.zoom) : []);
    [pen.lineWidth, pen.strokeStyle, pen.globalAlpha] = [width / chart.zoom, stroke, bends ? 1 : 0.3];
    pen.beginPath();
    for (const { points } of lines) trace(pen, points, false);
    pen.stroke();
  }
}

function isSeen(chart, points, size) {
  const side = size / chart.zoom;
  return [0, 1].every((k) => points.some((p) => p[k] >= chart.corner[k]) && points.some((p) => p[k] <= chart.corner[k] + side));
}
