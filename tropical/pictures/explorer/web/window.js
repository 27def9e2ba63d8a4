// The part of the line or plane that is drawn, a square with exact bounds: however far away or small the data is, its
// places are differences that are taken before anything is rounded.
import { float, homogeneous, minusPair, plusPair, quotient, rationalText, shortest, timesPair } from "./exact.js";

export const PANE = 480; // the side of its picture
const FINE = 1 << 20; // places that a pointer can tell apart in the window

export class Window {
  // The corners of a box, pairs for every axis.
  constructor(lower, upper) {
    const widths = lower.map((low, k) => minusPair(upper[k], low));
    this.width = widths.reduce((a, b) => (b[0] * a[1] > a[0] * b[1] ? b : a));
    this.low = lower.map((low, k) => minusPair(low, timesPair(minusPair(this.width, widths[k]), [1n, 2n])));
  }

  // Where in the window a coordinate top / bottom is: 0 at its lower bound, 1 at the upper one.
  share(k, top, bottom) {
    const [[low, lowBottom], [width, widthBottom]] = [this.low[k], this.width];
    return quotient((top * lowBottom - low * bottom) * widthBottom, bottom * lowBottom * width);
  }

  // The multiple of 1 / grid next to a place.
  snapped(k, share, grid) {
    const [top, bottom] = plusPair(this.low[k], timesPair(this.width, [BigInt(Math.round(share * FINE)), BigInt(FINE)]));
    const twice = 2n * top * grid + bottom;
    const floor = (twice - (((twice % (2n * bottom)) + 2n * bottom) % (2n * bottom))) / (2n * bottom);
    return rationalText(shortest(floor, grid));
  }

  // The intervals of the axes that are drawn.
  get ranges() {
    return this.low.map((low) => [low, plusPair(low, this.width)]);
  }

  // The corners as integer rows: the ends of an interval, or a polygon; null in other dimensions.
  get corners() {
    const sides = { 1: [[0], [1]], 2: [[0, 0], [1, 0], [1, 1], [0, 1]] }[this.low.length];
    const corner = (k, side) => (side ? plusPair(this.low[k], this.width) : this.low[k]);
    return sides.map((choice) => homogeneous(choice.map((side, k) => corner(k, side))));
  }

  // How many decimals tell a hundredth part of the window.
  get digits() {
    return Math.min(Math.max(Math.ceil(Math.log10(50 / float(this.width))), 0), 30);
  }
}
