// Ticks of an axis: the multiples of 1, 2 or 5 times a power of ten in an interval, exactly; numbers are pairs [top, bottom].
import { float, minusPair, plusPair, quotient, shortest, timesPair } from "./exact.js";

const MOST_MARKS = 7; // of the text of a tick
const MOST_IN_MANTISSA = 4; // of a number that is written with an exponent
const LONGEST = 24; // of the text from which ticks are counted

// The ticks of [low, high], at most about `most`: { places, texts, origin }. Places are shares of the interval. If the
// numbers themselves are too long, the texts are differences to one of them, the origin; else origin is null.
export function ticks([low, high], most) {
  const width = minusPair(high, low);
  const [mantissa, power] = stepOf(width, most);
  const first = -floorOf(timesPair([-low[0], low[1]], inverse(mantissa, power)));
  const last = floorOf(timesPair(high, inverse(mantissa, power)));
  const count = Number(last - first) + 1;
  if (count < 2) return ticks([low, high], 2 * most);
  const multiples = [...Array(count).keys()].map((k) => first + BigInt(k));
  const places = multiples.map((k) => {
    const [top, bottom] = minusPair(value(k * mantissa, power), low);
    return quotient(top * width[1], bottom * width[0]);
  });
  const texts = multiples.map((k) => decimal(k * mantissa, power));
  if (texts.every((text) => text !== null)) return { places, texts, origin: null };
  const middle = multiples[Math.floor(multiples.length / 2)];
  return { places, origin: long(middle * mantissa, power),
    texts: multiples.map((k) => (k > middle ? "+" : "") + (decimal((k - middle) * mantissa, power) ?? "…")) };
}

// A number of an interval at one of its shares, rounded to about a thousandth of the interval, as text.
export function numberAt([low, high], share) {
  const width = minusPair(high, low);
  const [mantissa, power] = stepOf(width, 1000);
  const spot = plusPair(low, timesPair(width, [BigInt(Math.round(share * 2 ** 40)), 1n << 40n]));
  const count = floorOf(plusPair(timesPair(spot, inverse(mantissa, power)), [1n, 2n]));
  return decimal(count * mantissa, power) ?? long(count * mantissa, power);
}

// A float as text, rounded to four digits.
export function rounded(number) {
  if (number === 0 || (Math.abs(number) >= 1e-3 && Math.abs(number) < 1e5)) return sign(`${Number(number.toPrecision(4))}`);
  return sign(Number(number.toPrecision(4)).toExponential().replace("e+", "e"));
}

const sign = (text) => text.replaceAll("-", "−");

// The step of at most `most` ticks, as a mantissa 1, 2 or 5 and a power of ten.
function stepOf(width, most) {
  const digits = ([top, bottom]) => `${top}`.length - `${bottom}`.length;
  for (let power = digits(width) - 1 - Math.ceil(Math.log10(most)); ; power++) {
    for (const mantissa of [1n, 2n, 5n]) {
      const [top, bottom] = timesPair(width, inverse(mantissa, power));
      if (top <= BigInt(most) * bottom) return [mantissa, power];
    }
  }
}

const value = (count, power) => (power < 0 ? shortest(count, 10n ** BigInt(-power)) : [count * 10n ** BigInt(power), 1n]);
const inverse = (mantissa, power) => (power < 0 ? [10n ** BigInt(-power), mantissa] : [1n, mantissa * 10n ** BigInt(power)]);
const floorOf = ([top, bottom]) => (top - (((top % bottom) + bottom) % bottom)) / bottom;

// count times a power of ten as a short text; null if there is none.
function decimal(count, power) {
  while (count !== 0n && count % 10n === 0n) [count, power] = [count / 10n, power + 1];
  if (count === 0n) return "0";
  const [mark, digits] = [count < 0n ? "−" : "", `${count < 0n ? -count : count}`];
  const length = power < 0 ? Math.max(digits.length, -power + 1) + 1 : digits.length + power;
  if (mark.length + length <= MOST_MARKS) return mark + plain(digits, power);
  if (digits.length > MOST_IN_MANTISSA) return null;
  return `${mark}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${sign(`${power + digits.length - 1}`)}`;
}

function plain(digits, power) {
  if (power >= 0) return digits + "0".repeat(power);
  const whole = digits.padStart(1 - power, "0");
  return `${whole.slice(0, power)}.${whole.slice(power)}`;
}

// The same as a text of any length, shortened if it is very long.
function long(count, power) {
  const mark = count < 0n ? "−" : "";
  const digits = `${count < 0n ? -count : count}`;
  const length = Math.max(digits.length, Math.abs(power));
  if (length <= LONGEST) return mark + plain(digits, power).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  return `≈ ${rounded(float(value(count, power)))}`;
}
