// Colours that readers with any kind of colour vision tell apart; shape or text always says the same.

const VIRIDIS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]; // viridis
export const COMPONENTS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]; // Okabe and Ito
const POSITIVE = ["#77aadd", "#99ddff", "#44bb99", "#bbcc33"]; // Tol, light
const NEGATIVE = ["#ee8866", "#eedd88", "#ffaabb", "#dddddd"];

// The colour of a part of the largest loss: the smallest losses stand out from the background.
export const lossColor = (part, isDark) => between(VIRIDIS, isDark ? 1 - 0.82 * part : part); // no dark dots on a dark ground

function between(colors, share) {
  const t = share * (colors.length - 1);
  const i = Math.min(Math.floor(t), colors.length - 2);
  return `rgb(${colors[i].map((a, k) => Math.round(a + (t - i) * (colors[i + 1][k] - a))).join(",")})`;
}

const YELLOW_TO_BLUE = [[255, 255, 217], [199, 233, 180], [65, 182, 196], [34, 94, 168], [8, 29, 88]]; // YlGnBu
export const SHADES = YELLOW_TO_BLUE.map((_, k) => between(YELLOW_TO_BLUE, k / (YELLOW_TO_BLUE.length - 1)));

// The colour of a share of the largest value, for regions.
export const shade = (share) => between(YELLOW_TO_BLUE, Math.min(1, Math.max(0, share)));

export const componentColor = (i, isDark) => (isDark && i % COMPONENTS.length === 0 ? "#4aa3df" : COMPONENTS[i % COMPONENTS.length]);

export function termColor(term, nPositive) {
  return term < nPositive ? POSITIVE[term % 4] : NEGATIVE[(term - nPositive) % 4];
}

export const TINTS = ["#77aadd", "#eedd88", "#ee8866", "#44bb99", "#ffaabb", "#bbcc33", "#99ddff", "#dddddd"];

// Lines of the layers of a network: any two of colour, dashes and width tell the first six apart.
export const LAYERS = [["#1a1a1a", "", 1.4], ["#aa3377", "6 2", 1.2], ["#225588", "2 2", 1.3], ["#225522", "7 2 2 2", 1.1],
  ["#663333", "10 3", 1], ["#555555", "2 4", 1]].map(([color, dashes, width]) => ({ color, dashes, width }));
export const layerLine = (layer) => LAYERS[layer % LAYERS.length];
