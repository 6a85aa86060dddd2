/** Height, width and channels. */
export type Shape = readonly [height: number, width: number, channels: number];

/** The shape of an image whose sides are divided by a whole factor, so that neither is longer than `side`. */
export function shapeWithin([height, width, channels]: Shape, side: number): Shape {
  const factor = Math.ceil(Math.max(height, width) / side);
  return [Math.ceil(height / factor), Math.ceil(width / factor), channels];
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
