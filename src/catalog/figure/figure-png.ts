import { GLYPH, glyphOf } from './font.js';
import { layOut, MOST_SIDE, type Place } from './grid.js';
import { type Captioned, colorAt, type Picture, pngOf, reduced, shortened } from './picture.js';

/** Pixels of a dot of the font. */
const DOT = 2;
/** Pixels from one character to the next. */
const ADVANCE = (GLYPH.width + 1) * DOT;
const PAPER = 0xff;
const INK = 0x20;

/**
 * The figure as PNG: a grid of examples on white, each with its caption. Its font has the printable characters of ASCII; others are
 * boxes.
 *
 * @param examples one or more, with pictures of one size
 */
export function figurePng(examples: readonly Captioned[], columns: number): Uint8Array {
  const fitted = examples.map(({ picture, caption }) => ({ picture: reduced(picture, MOST_SIDE), caption }));
  const { width, height, factor, places } = layOut(fitted, columns);
  const channels = fitted.every(({ picture }) => picture.channels === 1) ? 1 : 3;
  const canvas: Picture = {
    width,
    height,
    channels,
    samples: new Uint8Array(width * height * channels).fill(PAPER),
  };
  for (const [at, { picture, caption }] of fitted.entries()) {
    const place = places[at];
    if (place === undefined) continue;
    paint(canvas, picture, place, factor);
    const most = Math.floor((Math.max(picture.width * factor, MOST_SIDE) + DOT) / ADVANCE);
    write(canvas, [...shortened(caption, most)], place.middle, place.captionTop);
  }
  return pngOf(canvas);
}

function paint(canvas: Picture, picture: Picture, { left, top }: Place, factor: number): void {
  for (let y = 0; y < picture.height * factor; y++)
    for (let x = 0; x < picture.width * factor; x++) {
      const color = colorAt(picture, Math.floor(x / factor), Math.floor(y / factor));
      const at = ((top + y) * canvas.width + left + x) * canvas.channels;
      for (let channel = 0; channel < canvas.channels; channel++)
        canvas.samples[at + channel] = color[channel] ?? 0;
    }
}

/** Writes characters around a middle. */
function write(canvas: Picture, characters: readonly string[], middle: number, top: number): void {
  const left = Math.floor(middle - (characters.length * ADVANCE - DOT) / 2);
  for (const [at, character] of characters.entries())
    for (const [y, row] of glyphOf(character).entries())
      for (const [x, dot] of [...row].entries())
        if (dot === '#') stamp(canvas, left + at * ADVANCE + x * DOT, top + y * DOT);
}

function stamp({ width, channels, samples }: Picture, left: number, top: number): void {
  for (let y = top; y < top + DOT; y++)
    samples.fill(INK, (y * width + left) * channels, (y * width + left + DOT) * channels);
}
