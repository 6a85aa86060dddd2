import { describe, expect, it } from 'vitest';
import { figurePng } from '../../../src/catalog/figure/figure-png.js';
import { figureSvg } from '../../../src/catalog/figure/figure-svg.js';
import { glyphOf } from '../../../src/catalog/figure/font.js';
import { captionOf, reduced, shortened } from '../../../src/catalog/figure/picture.js';
import { readPng } from '../../formats/png/read-png.js';

const gray = (value: number, width = 28, height = 28) => ({
  width,
  height,
  channels: 1,
  samples: new Uint8Array(width * height).fill(value),
});
const nine = Array.from({ length: 9 }, (_, at) => ({ picture: gray(at * 20), caption: `${at} (${at})` }));

describe('figurePng', () => {
  it('is a grid of nine, each image six times as large, with its caption under it', () => {
    const { width, height, channels, pixels: samples } = readPng(figurePng(nine, 3));
    expect([width, height, channels]).toEqual([600, 702, 1]);
    const at = (x: number, y: number) => samples[y * width + x];
    expect(at(0, 0)).toBe(255);
    for (let index = 0; index < 9; index++) {
      const [left, top] = [24 + (index % 3) * 192, 24 + Math.floor(index / 3) * 226];
      expect(at(left, top)).toBe(index * 20);
      expect(at(left + 167, top + 167)).toBe(index * 20);
      expect(at(left - 1, top)).toBe(255);
      const caption = Array.from({ length: 168 }, (_, x) => at(left + x, top + 168 + 14));
      expect(caption.filter((sample) => sample === 0x20).length).toBeGreaterThan(4);
    }
  });

  it('is in color where an image is, and lays transparent ones on white', () => {
    const rgba = { width: 1, height: 1, channels: 4, samples: Uint8Array.of(255, 0, 0, 0) };
    const red = { width: 1, height: 1, channels: 4, samples: Uint8Array.of(255, 0, 0, 255) };
    const {
      channels,
      pixels: samples,
      width,
    } = readPng(
      figurePng(
        [rgba, red].map((picture) => ({ picture, caption: '' })),
        3,
      ),
    );
    expect(channels).toBe(3);
    const at = (x: number) => [...samples.subarray((30 * width + x) * 3, (30 * width + x) * 3 + 3)];
    expect(at(30)).toEqual([255, 255, 255]);
    expect(at(24 + 168 + 24 + 10)).toEqual([255, 0, 0]);
  });

  it('holds any caption, however long, within its column', () => {
    const caption = `${'W'.repeat(40)}七`;
    const { width, pixels: samples } = readPng(
      figurePng(
        [
          { picture: gray(0), caption },
          { picture: gray(0), caption: '' },
        ],
        3,
      ),
    );
    for (let y = 24 + 168 + 2; y < 24 + 168 + 34; y++)
      for (let x = 24 + 168 + 12; x < 24 + 168 + 24; x++) expect(samples[y * width + x]).toBe(255);
  });
});

describe('figureSvg', () => {
  it('has each image as a PNG and each caption as text that harms nothing', () => {
    const svg = figureSvg([{ picture: gray(7), caption: '</text><script>&' }], 3, {
      title: 'a "title"',
      inPage: false,
    });
    expect(svg.match(/href="data:image\/png;base64,/g)).toHaveLength(1);
    expect(svg).toContain('&lt;/text&gt;&lt;script&gt;&amp;</text>');
    expect(svg).toContain('aria-label="a &quot;title&quot;"');
    expect(svg).toContain('fill="#ffffff"');
    expect(figureSvg(nine, 3, { title: '', inPage: true })).not.toContain('#ffffff');
  });
});

describe('the font', () => {
  it('has every printable character, each unlike the others, and a box for the rest', () => {
    const glyphs = Array.from({ length: 95 }, (_, at) => glyphOf(String.fromCharCode(0x20 + at)).join('\n'));
    expect(new Set(glyphs).size).toBe(95);
    for (const glyph of glyphs) expect(glyph).toMatch(/^([.#]{5}\n){7}[.#]{5}$/);
    expect(glyphOf('七')).toEqual(glyphOf('\u0001'));
    expect(new Set(glyphs).has(glyphOf('七').join('\n'))).toBe(false);
  });
});

describe('pictures', () => {
  it('are reduced by the mean of squares', () => {
    const picture = { width: 3, height: 2, channels: 1, samples: Uint8Array.of(0, 10, 100, 20, 30, 200) };
    expect(reduced(picture, 2)).toEqual({
      width: 2,
      height: 1,
      channels: 1,
      samples: Uint8Array.of(15, 150),
    });
    expect(reduced(picture, 3)).toBe(picture);
  });

  it('have captions that keep their number, however short', () => {
    expect(shortened('a rather long name (12)', 18)).toBe('a rather lo.. (12)');
    expect(shortened('Ankle boot (9)', 14)).toBe('Ankle boot (9)');
    expect(shortened('七七七七七 (7)', 11)).toBe('七七.. (7)');
    expect(shortened('name without end', 6)).toBe('name..');
    expect(shortened('ab (1)', 3)).toBe('.. (1)');
  });

  it('have captions as TFDS writes them', () => {
    expect(captionOf(7, undefined)).toBe('7 (7)');
    expect(captionOf(9, Object.assign([], { 9: 'Ankle boot' }))).toBe('Ankle boot (9)');
    expect(captionOf(undefined, undefined)).toBe('');
    expect(captionOf(-1, undefined)).toBe('-');
  });
});
