// Colours that readers with any kind of colour vision tell apart; shape or text always says the same.

const VIRIDIS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]; // viridis
export const COMPONENTS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]; // Okabe and Ito
const POSITIVE = ["#77aadd", "#99ddff", "#44bb99", "#bbcc33"]; // Tol, light
const NEGATIVE = ["#ee8866", "#eedd88", "#ffaabb", "#dddddd"];

// The colour of a part of the largest loss: the smallest losses stand out from the background.
export function lossColor(part, isDark) {
  const t = (isDark ? 1 - 0.82 * part : part) * (VIRIDIS.length - 1); // no dark dots on a dark ground
  const i = Math.min(Math.floor(t), VIRIDIS.length - 2);
  const mix = VIRIDIS[i].map((a, k) => Math.round(a + (t - i) * (VIRIDIS[i + 1][k] - a)));
  return `rgb(${mix.join(",")})`;
}

export const componentColor = (i, isDark) => (isDark && i % COMPONENTS.length === 0 ? "#4aa3df" : COMPONENTS[i % COMPONENTS.length]);

export function termColor(term, nPositive) {
  return term < nPositive ? POSITIVE[term % 4] : NEGATIVE[(term - nPositive) % 4];
}

export const TINTS = ["#77aadd", "#eedd88", "#ee8866", "#44bb99", "#ffaabb", "#bbcc33", "#99ddff", "#dddddd"];
