import { createPngDecoder, type PngDecoder } from '../../../formats/png/decode.js';

/** An image's samples of 8 bits: one of gray, two with alpha, three of RGB, four with alpha. */
export interface Samples {
  width: number;
  height: number;
  channels: number;
  data: Uint8Array;
}

/** Channels by color type (PNG specification, section 11.2.2); the third has a palette. */
const CHANNELS = [1, undefined, 3, undefined, 2, undefined, 4];
/** Where the chunk IHDR, the first, ends. */
const HEAD_END = 33;

/** Decodes any image that the browser knows. */
export async function decodeImage(encoded: Uint8Array): Promise<Samples> {
  const own = decodedPng(encoded);
  if (own !== undefined) return own;
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(encoded)]));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('the browser draws no canvas');
  context.drawImage(bitmap, 0, 0);
  const data = Uint8Array.from(context.getImageData(0, 0, width, height).data);
  return { width, height, channels: 4, data };
}

/** The decoder of the last image and its form: those of a data set are mostly of one. */
let last: { form: string; decoder: PngDecoder } | undefined;

/**
 * The samples of a PNG of 8 bits a sample, without palette and interlacing: what data sets mostly have, and many times faster than
 * by the browser's own decoder, which takes a task for each image. `undefined` for any other image, for one that this decoder
 * does not take, and where the server's policy forbids WebAssembly.
 */
function decodedPng(png: Uint8Array): Samples | undefined {
  if (png.length < HEAD_END) return undefined;
  const view = new DataView(png.buffer, png.byteOffset, HEAD_END);
  const channels = CHANNELS[view.getUint8(25)];
  if (view.getUint8(24) !== 8 || channels === undefined) return undefined;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const form = `${height}x${width}x${channels}`;
  try {
    if (last?.form !== form)
      last = { form, decoder: createPngDecoder({ height, width, channels, depth: 8 }) };
    const data = new Uint8Array(height * width * channels);
    last.decoder.decode(png, data, 0);
    return { width, height, channels, data };
  } catch {
    return undefined;
  }
}

/** Gray or colored samples as red, green, blue and alpha. */
export function toRgba({ width, height, channels, data }: Samples): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(width * height * 4);
  const isGray = channels < 3;
  for (let pixel = 0, at = 0; at < out.length; pixel += channels, at += 4) {
    const first = data[pixel] ?? 0;
    out[at] = first;
    out[at + 1] = isGray ? first : (data[pixel + 1] ?? 0);
    out[at + 2] = isGray ? first : (data[pixel + 2] ?? 0);
    out[at + 3] = channels % 2 === 0 ? (data[pixel + channels - 1] ?? 0) : 255;
  }
  return out;
}
