import { escapeHtml } from '../html.js';
import { layOut, MOST_SIDE } from './grid.js';
import { type Captioned, pngOf, reduced, shortened } from './picture.js';

/** How many letters of the middling width have room under an image. */
const LETTERS = 17;

/**
 * The figure as SVG: the grid of {@link figurePng} with each image as a PNG within it, and captions as text.
 *
 * @param title what a screen reader says of it
 * @param inPage part of an HTML page: without a background of its own, and with the page's color of text
 */
export function figureSvg(
  examples: readonly Captioned[],
  columns: number,
  { title, inPage }: { title: string; inPage: boolean },
): string {
  const fitted = examples.map(({ picture, caption }) => ({ picture: reduced(picture, MOST_SIDE), caption }));
  const { width, height, imageWidth, imageHeight, places } = layOut(fitted, columns);
  const size = `width="${imageWidth}" height="${imageHeight}"`;
  const cells = fitted.map(({ picture, caption }, at) => {
    const { left = 0, top = 0, middle = 0, captionTop = 0 } = places[at] ?? {};
    const image = `<image x="${left}" y="${top}" ${size} href="${dataUrl(pngOf(picture))}"/>`;
    const text =
      caption === ''
        ? ''
        : `<text x="${middle}" y="${captionTop + 16}">${escapeHtml(shortened(caption, LETTERS))}</text>`;
    return `${image}${text}\n`;
  });
  const fonts = 'font-family="system-ui, sans-serif" font-size="20" text-anchor="middle"';
  const colors = `fill="${inPage ? 'currentColor' : '#202020'}"`;
  const paper = inPage ? '' : `<rect width="${width}" height="${height}" fill="#ffffff"/>\n`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` role="img" aria-label="${escapeHtml(title)}">\n${paper}`,
    `<g ${fonts} ${colors} style="image-rendering: pixelated">\n${cells.join('')}</g>\n</svg>\n`,
  ].join('');
}

/** A PNG as the address of itself. */
export function dataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
