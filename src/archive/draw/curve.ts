import type { Stroke } from './glyphs.js';

/** Straight pieces per curve; a curve is about 6 pixels long, so that a piece is one or two. */
const PIECES = 4;

/** A stroke as joined straight pieces: vertex i is (x[i], y[i]). */
export interface Polyline {
  x: number[];
  y: number[];
}

/**
 * The direction of the pen at point i of a stroke, as a vector of length 1: along the chord of its neighbours, so that
 * two curves meet there smoothly (as in a Catmull-Rom spline). `[0, 0]` where the pen stops or turns sharply.
 */
function directionAt({ points, corners }: Stroke, i: number): [number, number] {
  if (corners[i] || i === 0 || i === corners.length - 1) return [0, 0];
  const dx = points[2 * i + 2]! - points[2 * i - 2]!;
  const dy = points[2 * i + 3]! - points[2 * i - 1]!;
  const length = Math.sqrt(dx * dx + dy * dy);
  return length === 0 ? [0, 0] : [dx / length, dy / length];
}

/**
 * The stroke's points joined by cubic Bezier curves and these flattened. The control arms are `roundness` of the chord
 * long. An arm without a direction has length 0: the curve then leaves the point towards its other arm.
 */
export function flatten(stroke: Stroke, roundness: number): Polyline {
  const { points, corners } = stroke;
  const x = [points[0]!];
  const y = [points[1]!];
  for (let i = 0; i + 1 < corners.length; i++) {
    const [ax, ay, bx, by] = [points[2 * i]!, points[2 * i + 1]!, points[2 * i + 2]!, points[2 * i + 3]!];
    const arm = roundness * Math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay));
    const [ux, uy] = directionAt(stroke, i);
    const [vx, vy] = directionAt(stroke, i + 1);
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const s = 1 - t;
      const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
      x.push(a * ax + b * (ax + arm * ux) + c * (bx - arm * vx) + d * bx);
      y.push(a * ay + b * (ay + arm * uy) + c * (by - arm * vy) + d * by);
    }
  }
  return { x, y };
}
