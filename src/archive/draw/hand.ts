import { Random } from '../../plan/random.js';
import { type Glyph, LETTERFORMS, type Letterform } from './glyphs.js';

/** Keeps the streams of hands apart from those of rows. */
const HANDS_SEED = 0x68616e64;

/** How one writer writes. Lengths are in the frame of the glyphs unless they say pixels. */
export interface Hand {
  /** Per digit the writer's own letterform, with the writer's own deviations, and another one for the odd row. */
  forms: readonly (readonly [own: Glyph, other: Glyph])[];
  /** How far x moves to the right for each unit of y upward. */
  slant: number;
  /** Tangent of half the angle by which the baseline turns. */
  turn: number;
  /** Stretch of x. */
  width: number;
  /** How far the middle of a digit lies above (below 0) or below its usual place. */
  waist: number;
  /** Length of the control arms of a curve as a part of its chord: 0.25 is angular, 0.45 is round. */
  roundness: number;
  /** Standard deviation of a point from its place, row by row. */
  unsteadiness: number;
  /** Half the width of the stroke, in pixels. */
  thickness: number;
  /** Width of the stroke's soft edge, in pixels. */
  softness: number;
  /** How much thinner the stroke ends than it is in its middle, as a part of its thickness. */
  pressure: number;
  /** The longer side of a digit, as a part of the 20-pixel box. */
  size: number;
}

function chooseForm(forms: readonly Letterform[], random: Random): Letterform {
  let rest = random.below(100);
  for (const form of forms) {
    rest -= form.share;
    if (rest < 0) return form;
  }
  throw new RangeError('the shares of a digit must sum to 100');
}

/** How much of a point's displacement the next point shares; the rest is its own, and the variance stays the same. */
const SHARED = 0.6;
const OWN = 0.8;

/**
 * The glyph with every point moved by chance, `deviation` being the standard deviation of x and of y. A hand that has
 * strayed comes back slowly, so neighbouring points stray together: bows and loops change shape, and stay smooth.
 */
export function displace(glyph: Glyph, deviation: number, random: Random): Glyph {
  return glyph.map(({ points, corners }) => {
    const moved = points.slice();
    for (const axis of [0, 1]) {
      let strayed = random.around0();
      for (let i = axis; i < points.length; i += 2) {
        moved[i] = points[i]! + deviation * strayed;
        strayed = SHARED * strayed + OWN * random.around0();
      }
    }
    return { points: moved, corners };
  });
}

/** The hand of the writer with this number: the same number has the same hand always. */
export function handOf(writer: number): Hand {
  const random = Random.ofStream(HANDS_SEED, writer);
  const deviation = random.between(2, 6.5);
  return {
    forms: LETTERFORMS.map((forms) => [
      displace(chooseForm(forms, random).glyph, deviation, random),
      displace(chooseForm(forms, random).glyph, deviation, random),
    ]),
    slant: 0.17 + 0.2 * random.around0(),
    turn: 0.04 * random.around0(),
    width: 1 + 0.15 * random.around0(),
    waist: 5 * random.around0(),
    roundness: random.between(0.27, 0.4),
    unsteadiness: random.between(1.2, 3),
    thickness: 1.3 + 0.26 * random.around0(),
    softness: random.between(1, 1.6),
    pressure: random.between(0, 0.35),
    size: random.between(0.94, 1),
  };
}
