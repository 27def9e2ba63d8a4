// Exact numbers: rationals as pairs of BigInt, points as integer rows (w, x, y) with w > 0, forms as rows (c, a, b).

export function gcd(a, b) {
  if (a < 0n) a = -a;
  if (b < 0n) b = -b;
  while (b) [a, b] = [b, a % b];
  return a;
}

// "3/2", "-7", "0.25" or "1e-3" as [numerator, denominator]; null if the text is no number.
export function parseRational(text) {
  const found = /^\s*([+-]?)(?=\.?\d)(\d*)(?:\/(\d+)|(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?)\s*$/.exec(text);
  if (!found) return null;
  const [, sign, whole, below, decimals = "", power = "0"] = found;
  let top = BigInt(whole + decimals);
  let bottom = below === undefined ? 10n ** BigInt(decimals.length) : BigInt(below);
  if (bottom === 0n) return null;
  const shift = Number(power);
  if (shift > 0) top *= 10n ** BigInt(shift);
  else bottom *= 10n ** BigInt(-shift);
  return shortest(sign === "-" ? -top : top, bottom);
}

export function shortest(top, bottom) {
  const common = gcd(top, bottom) || 1n;
  const sign = bottom < 0n ? -1n : 1n;
  return [(sign * top) / common, (sign * bottom) / common];
}

export const plusPair = ([a, b], [c, d]) => shortest(a * d + c * b, b * d);
export const minusPair = ([a, b], [c, d]) => shortest(a * d - c * b, b * d);
export const timesPair = ([a, b], [c, d]) => shortest(a * c, b * d);

export function rationalText([top, bottom]) {
  return bottom === 1n ? `${top}` : `${top}/${bottom}`;
}

// The same as a decimal, if it has a short one.
export function decimalText([top, bottom]) {
  for (let digits = 1; digits <= 12; digits++) {
    const scaled = top * 10n ** BigInt(digits);
    if (bottom === 1n || scaled % bottom !== 0n) continue;
    const text = `${scaled < 0n ? -scaled / bottom : scaled / bottom}`.padStart(digits + 1, "0");
    return `${top < 0n ? "-" : ""}${text.slice(0, -digits)}.${text.slice(-digits)}`;
  }
  return rationalText([top, bottom]);
}

// The nearest float, for drawing.
export function quotient(top, bottom) {
  const [a, b] = [Number(top), Number(bottom)];
  if (Number.isFinite(a) && Number.isFinite(b)) return a / b;
  const [[c, power], [d, below]] = [leading(top), leading(bottom)];
  const half = Math.trunc((power - below) / 2);
  return (c / d) * 10 ** half * 10 ** (power - below - half);
}

// The leading digits of a long integer, and how many others follow.
function leading(value) {
  const excess = Math.max(`${value}`.length - 40, 0);
  return [Number(value / 10n ** BigInt(excess)), excess];
}

export const float = (pair) => quotient(pair[0], pair[1]);

// The point with these rational coordinates as a primitive integer row (w, w x, ...).
export function homogeneous(pairs) {
  let scale = 1n;
  for (const [, bottom] of pairs) scale = (scale / gcd(scale, bottom)) * bottom;
  return [scale, ...pairs.map(([top, bottom]) => (top * scale) / bottom)];
}

export function dehomogeneous(row) {
  return row.slice(1).map((entry) => shortest(entry, row[0]));
}

export function primitive(row) {
  let common = 0n;
  for (const entry of row) common = gcd(common, entry);
  return common > 1n ? row.map((entry) => entry / common) : row;
}

export function dot(form, point) {
  let total = 0n;
  for (let i = 0; i < form.length; i++) total += form[i] * point[i];
  return total;
}

export const minus = (a, b) => a.map((entry, i) => entry - b[i]);
export const isZero = (row) => row.every((entry) => entry === 0n);
export const same = (a, b) => a.length === b.length && a.every((entry, i) => entry === b[i]);
