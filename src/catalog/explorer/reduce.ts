import type { Shape } from './data.js';

/** Sides that pictures are reduced to, the largest that fits into memory. */
const SIDES = [32, 16, 8, 4];
const MAX_BYTES = 192 * 2 ** 20;

/** The shape that so many images are reduced to by a whole factor, so that all of them fit into memory. */
export function reducedShape([height, width, channels]: Shape, rows: number): Shape {
  const shapes = SIDES.map((side): Shape => {
    const factor = Math.ceil(Math.max(height, width) / side);
    return [Math.ceil(height / factor), Math.ceil(width / factor), channels];
  });
  const fits = shapes.find(([h, w, c]) => rows * h * w * c <= MAX_BYTES);
  return fits ?? shapes.at(-1) ?? [1, 1, channels];
}

/**
 * Writes an image into `out` in a smaller shape: each sample is the mean of those that it stands for, rounded. An image
 * that has that shape already is copied.
 */
export function reduceImage(
  samples: Uint8Array,
  [height, width, channels]: Shape,
  [outHeight, outWidth]: Shape,
  out: Uint8Array,
): void {
  if (height === outHeight && width === outWidth) {
    out.set(samples);
    return;
  }
  const factor = Math.ceil(Math.max(height / outHeight, width / outWidth));
  let at = 0;
  for (let y = 0; y < height; y += factor)
    for (let x = 0; x < width; x += factor)
      for (let channel = 0; channel < channels; channel++) {
        let [sum, count] = [0, 0];
        for (let inY = y; inY < Math.min(y + factor, height); inY++)
          for (let inX = x; inX < Math.min(x + factor, width); inX++) {
            sum += samples[(inY * width + inX) * channels + channel] ?? 0;
            count++;
          }
        out[at++] = Math.round(sum / count);
      }
}
