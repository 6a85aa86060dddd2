import type { Random } from '../../plan/random.js';
import { flatten, type Polyline } from './curve.js';
import type { Stroke } from './glyphs.js';
import { displace, type Hand } from './hand.js';
import { drawStroke, type Pen, SIDE } from './stroke.js';

/** MNIST scales a digit into a box of 20 x 20 pixels and puts its centre of mass into the middle of 28 x 28. */
const BOX = 20;

/** Pixels between the side of the image and a stroke, of which the soft edge may take one. */
const MARGIN = 2;

/** One row in this many has a letterform that is not the writer's usual one. */
const ODD_ROW = 16;

/** The points of a stroke put through the hand's waist, width, slant and turn. */
function pose({ points, corners }: Stroke, hand: Hand): Stroke {
  // A turn without sine and cosine: with t the tangent of half the angle they are (1 - t^2, 2t) / (1 + t^2).
  const t = hand.turn;
  const cosine = (1 - t * t) / (1 + t * t);
  const sine = (2 * t) / (1 + t * t);
  const posed: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const height = points[i + 1]!;
    const y = height + (hand.waist * height * (100 - height)) / 2500;
    const x = points[i]! * hand.width - y * hand.slant;
    posed.push(x * cosine - y * sine, x * sine + y * cosine);
  }
  return { points: posed, corners };
}

/** Where lines lie along one axis; the mean weighs every piece by its length, as ink does. */
interface Extent {
  least: number;
  greatest: number;
  mean: number;
}

function extentOf(lines: readonly Polyline[], axis: 'x' | 'y'): Extent {
  let least = Infinity;
  let greatest = -Infinity;
  let mass = 0;
  let moment = 0;
  for (const line of lines) {
    const along = line[axis];
    for (let i = 0; i < along.length; i++) {
      least = Math.min(least, along[i]!);
      greatest = Math.max(greatest, along[i]!);
      if (i === 0) continue;
      const dx = line.x[i]! - line.x[i - 1]!;
      const dy = line.y[i]! - line.y[i - 1]!;
      const length = Math.sqrt(dx * dx + dy * dy);
      mass += length;
      moment += (length * (along[i]! + along[i - 1]!)) / 2;
    }
  }
  return { least, greatest, mean: moment / mass };
}

/** How far to move lines so that their mean lies `off` pixels from the middle and no ink of this pen is cut off. */
function shiftOf(extent: Extent, scale: number, radius: number, off: number): number {
  const wished = SIDE / 2 + off - extent.mean * scale;
  const least = MARGIN + radius - extent.least * scale;
  const greatest = SIDE - MARGIN - radius - extent.greatest * scale;
  return Math.max(least, Math.min(greatest, wished));
}

/** Scales lines into the box, the digit's longer side filling the hand's size of it, and centres them by mass. */
function place(lines: readonly Polyline[], hand: Hand, random: Random): void {
  const radius = hand.thickness;
  const across = extentOf(lines, 'x');
  const down = extentOf(lines, 'y');
  const longer = Math.max(across.greatest - across.least, down.greatest - down.least);
  const scale = (BOX * hand.size - 2 * radius) / longer;
  const left = shiftOf(across, scale, radius, 0.4 * random.around0());
  const top = shiftOf(down, scale, radius, 0.4 * random.around0());
  for (const { x, y } of lines) {
    for (let i = 0; i < x.length; i++) {
      x[i] = x[i]! * scale + left;
      y[i] = y[i]! * scale + top;
    }
  }
}

/** The hand as it is on one row: nobody writes twice with the same slant. */
function vary(hand: Hand, random: Random): Hand {
  return {
    ...hand,
    slant: hand.slant + 0.05 * random.around0(),
    turn: hand.turn + 0.02 * random.around0(),
    width: hand.width * (1 + 0.05 * random.around0()),
    thickness: hand.thickness * (1 + 0.07 * random.around0()),
    size: hand.size * random.between(0.96, 1),
  };
}

/** The pen in this hand: it comes down and goes up lightly, and leans a little to one end of the stroke. */
function penOf({ thickness, pressure, softness }: Hand, random: Random): Pen {
  const lean = 0.08 * random.around0();
  return {
    softness,
    radiusAt(i, count) {
      const off = (2 * i) / (count - 1) - 1;
      return thickness * (1 - pressure * off * off + lean * off);
    },
  };
}

/**
 * Writes a digit (0 to 9) by a hand into `pixels`, one blank image of 28 x 28 bytes, 0 paper and 255 ink. What differs
 * between two rows of the same hand comes from `random`.
 */
export function writeDigit(pixels: Uint8Array, digit: number, hand: Hand, random: Random): void {
  const [own, other] = hand.forms[digit]!;
  const glyph = displace(random.below(ODD_ROW) === 0 ? other : own, hand.unsteadiness, random);
  const varied = vary(hand, random);
  const lines = glyph.map((stroke) => flatten(pose(stroke, varied), varied.roundness));
  place(lines, varied, random);
  const pen = penOf(varied, random);
  for (const line of lines) drawStroke(pixels, line, pen);
}
