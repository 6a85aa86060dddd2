import { createPngEncoder, type PngEncoder } from '../../formats/png/encode.js';
import { reduceImage, shapeWithin } from '../reduce.js';

/** Samples of 8 bits, rows top down, channels interleaved: gray, RGB or RGBA. */
export interface Picture {
  width: number;
  height: number;
  channels: number;
  samples: Uint8Array;
}

/** A picture, and the words under it. */
export interface Captioned {
  picture: Picture;
  caption: string;
}

/** The words under an image as TFDS's `show_examples` has them: the class's name, which is its number where it has none, and its number. */
export function captionOf(label: number | undefined, names: readonly string[] | undefined): string {
  if (label === undefined) return '';
  return label === -1 ? '-' : `${names?.[label] ?? label} (${label})`;
}

/** The number that ends a caption. */
const NUMBER = / \(\d+\)$/;

/** A caption of no more than so many characters, the wide ones of East Asia counted twice; of a longer one the name ends in dots. */
export function shortened(caption: string, most: number): string {
  if (widthOf(caption) <= most) return caption;
  const [number = ''] = NUMBER.exec(caption) ?? [];
  let name = caption.slice(0, caption.length - number.length);
  while (name !== '' && widthOf(name) + 2 + number.length > most) name = [...name].slice(0, -1).join('');
  return `${name.trimEnd()}..${number}`;
}

const encoders = new Map<string, PngEncoder>();

/** The fewest characters that leave a caption its number when it is {@link shortened}. */
export function leastWidth(caption: string): number {
  const [number = ''] = NUMBER.exec(caption) ?? [];
  return Math.min(widthOf(caption), number.length + 2);
}

function widthOf(text: string): number {
  return [...text].reduce(
    (sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc]/.test(character) ? 2 : 1),
    0,
  );
}

/** A picture as PNG: the bytes that TFDS's encoder gives of it. */
export function pngOf({ width, height, channels, samples }: Picture): Uint8Array {
  const shape = `${height}x${width}x${channels}`;
  const encoder = encoders.get(shape) ?? createPngEncoder({ height, width, channels });
  encoders.set(shape, encoder);
  const png = new Uint8Array(encoder.maxLength);
  return png.slice(0, encoder.encode(samples, 0, png, 0));
}

/** A picture whose sides are `most` at most: each sample is the rounded mean of a square of samples. */
export function reduced(picture: Picture, most: number): Picture {
  const { channels } = picture;
  if (Math.max(picture.width, picture.height) <= most) return picture;
  const shape = [picture.height, picture.width, channels] as const;
  const [height, width] = shapeWithin(shape, most);
  const samples = new Uint8Array(width * height * channels);
  reduceImage(picture.samples, shape, [height, width, channels], samples);
  return { width, height, channels, samples };
}

/** Red, green and blue of a pixel; what is transparent lies on white. */
export function colorAt(picture: Picture, x: number, y: number): [red: number, green: number, blue: number] {
  const { width, channels, samples } = picture;
  const at = (y * width + x) * channels;
  const first = samples[at] ?? 0;
  if (channels < 3) return [first, first, first];
  const alpha = channels === 4 ? (samples[at + 3] ?? 0) : 255;
  const over = (value: number): number => Math.round((value * alpha + 255 * (255 - alpha)) / 255);
  return [over(first), over(samples[at + 1] ?? 0), over(samples[at + 2] ?? 0)];
}
