import type { Polyline } from './curve.js';

/** Pixels along each side of an image. */
export const SIDE = 28;

/** How the pen marks: half widths and the width of the soft edge, in pixels. */
export interface Pen {
  /** Half the width of the stroke at vertex `i` of `count`. */
  radiusAt(i: number, count: number): number;
  /** Width of the edge over which ink fades to paper. */
  softness: number;
}

/** A vertex of a line, in pixels from the image's top left corner, and half the width of the stroke there. */
interface Vertex {
  x: number;
  y: number;
  radius: number;
}

/**
 * Draws the straight piece from one vertex to the next into `pixels`, one image of 28 x 28 bytes. A pixel is the brighter the
 * deeper its centre lies under the piece. Where pieces overlap the brighter value stays.
 */
function drawPiece(
  pixels: Uint8Array,
  { x: ax, y: ay, radius: ra }: Vertex,
  { x: bx, y: by, radius: rb }: Vertex,
  softness: number,
): void {
  const reach = Math.max(ra, rb) + softness / 2;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(ay, by) + reach));
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  for (let row = top; row <= bottom; row++) {
    const py = row + 0.5 - ay;
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - ax;
      const along = square === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / square));
      const ox = px - along * dx;
      const oy = py - along * dy;
      const distance = ox * ox + oy * oy;
      if (distance >= reach * reach) continue;
      const cover = (ra + along * (rb - ra) - Math.sqrt(distance)) / softness + 0.5;
      const value = Math.round(255 * Math.max(0, Math.min(1, cover)));
      const at = row * SIDE + column;
      if (value > pixels[at]!) pixels[at] = value;
    }
  }
}

/** Draws a line, its vertices in pixels from the image's top left corner, into `pixels`, one image of 28 x 28 bytes. */
export function drawStroke(pixels: Uint8Array, { x, y }: Polyline, pen: Pen): void {
  const vertex = (i: number): Vertex => ({ x: x[i]!, y: y[i]!, radius: pen.radiusAt(i, x.length) });
  for (let i = 0; i + 1 < x.length; i++) drawPiece(pixels, vertex(i), vertex(i + 1), pen.softness);
}
