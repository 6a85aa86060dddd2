import { decodePng } from '../decode/png.js';
export interface PngDecoder {
  decode(png: Uint8Array, out: Uint8Array, offset: number): void;
}
export function createPngDecoder(
  shape: { height: number; width: number; channels: number },
  _depth: 8 | 16,
): PngDecoder {
  return {
    decode(png, out, offset) {
      out.set(decodePng(png, [shape.height, shape.width, shape.channels]), offset);
    },
  };
}
