import { type Captioned, colorAt, leastWidth, type Picture, reduced, shortened } from './picture.js';

/** How many colors a terminal has: 2^24, 256, or none that may be used. */
export type Colors = 'true' | '256' | 'none';

/** Blanks between images. */
const GAP = 2;
/** From black to white, for a terminal whose letters are light on dark. */
const SHADES = ' .:-=+*#%@';
const RESET = '\u001b[0m';

/** What a terminal can show, by what its environment says; `NO_COLOR` and what is no terminal get plain characters. */
export function terminalColors(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): Colors {
  if (!isTerminal || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return 'none';
  return /^(truecolor|24bit)$/.test(env['COLORTERM'] ?? '') ? 'true' : '256';
}

/**
 * Examples as lines for a terminal, as many beside each other as fit. A character holds two pixels, one above the other: as a half
 * block in two colors, or as a plain character of their mean shade.
 *
 * @param width characters of a line; wider images are reduced to it, and narrow ones are set apart so that labels have room
 * @param columns examples in a line at most
 */
export function* terminalLines(
  examples: readonly Captioned[],
  { width, columns, colors }: { width: number; columns: number; colors: Colors },
): Generator<string> {
  const fitted = examples.map(({ picture, caption }) => ({ picture: reduced(picture, width), caption }));
  const widths = fitted.map(({ picture, caption }) => Math.max(picture.width, leastWidth(caption)));
  const cell = Math.min(width, Math.max(1, ...widths));
  const across = Math.max(1, Math.min(columns, Math.floor((width + GAP) / (cell + GAP))));
  for (let first = 0; first < fitted.length; first += across) {
    const row = fitted.slice(first, first + across);
    const height = Math.max(...row.map(({ picture }) => Math.ceil(picture.height / 2)));
    if (first > 0) yield '';
    for (let line = 0; line < height; line++)
      yield joined(row.map(({ picture }) => lineOf(picture, line, cell, colors)));
    if (row.some(({ caption }) => caption !== ''))
      yield joined(row.map(({ caption }) => centered(caption, cell)));
  }
}

function joined(cells: readonly string[]): string {
  return cells.join(' '.repeat(GAP)).replace(/ +$/, '');
}

/** A line of an image, and blanks where it is narrower than others. */
function lineOf(picture: Picture, line: number, cell: number, colors: Colors): string {
  if (2 * line >= picture.height) return ' '.repeat(cell);
  let text = '';
  for (let x = 0; x < picture.width; x++) {
    const upper = colorAt(picture, x, 2 * line);
    const lower = 2 * line + 1 < picture.height ? colorAt(picture, x, 2 * line + 1) : upper;
    text +=
      colors === 'none' ? shade(upper, lower) : `${color(38, upper, colors)}${color(48, lower, colors)}▀`;
  }
  return `${text}${colors === 'none' ? '' : RESET}${' '.repeat(cell - picture.width)}`;
}

type Rgb = readonly [red: number, green: number, blue: number];

function shade(upper: Rgb, lower: Rgb): string {
  const light = (brightness(upper) + brightness(lower)) / 2;
  return SHADES[Math.min(SHADES.length - 1, Math.floor((light / 256) * SHADES.length))] ?? ' ';
}

function brightness([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param ground 38 for what is drawn, 48 for what is behind it */
function color(ground: 38 | 48, [red, green, blue]: Rgb, colors: Colors): string {
  return colors === 'true'
    ? `\u001b[${ground};2;${red};${green};${blue}m`
    : `\u001b[${ground};5;${paletteIndex(red, green, blue)}m`;
}

/** The nearest of the palette's 24 grays and black and white for gray, and of its cube of 6 x 6 x 6 colors for others. */
function paletteIndex(red: number, green: number, blue: number): number {
  if (red === green && green === blue) {
    if (red < 4) return 16;
    return red > 246 ? 231 : 232 + Math.min(23, Math.max(0, Math.round((red - 8) / 10)));
  }
  const [r, g, b] = [red, green, blue].map((value) =>
    value < 48 ? 0 : value < 115 ? 1 : Math.round((value - 55) / 40),
  );
  return 16 + 36 * (r ?? 0) + 6 * (g ?? 0) + (b ?? 0);
}

function centered(text: string, width: number): string {
  // A name must not speak to the terminal.
  const characters = [...shortened(text.replace(/\p{Cc}/gu, '\ufffd'), width)].slice(0, width);
  const before = Math.floor((width - characters.length) / 2);
  return `${' '.repeat(before)}${characters.join('')}${' '.repeat(width - before - characters.length)}`;
}
