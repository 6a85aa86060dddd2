import { describe, expect, it } from 'vitest';
import { terminalColors, terminalLines } from '../../../src/catalog/figure/terminal.js';

const picture = (width: number, height: number, ...samples: number[]) => ({
  width,
  height,
  channels: 1,
  samples: Uint8Array.from(samples),
});

const lines = (
  pictures: ReturnType<typeof picture>[],
  caption: string,
  colors: 'true' | '256' | 'none',
  width = 80,
) => [
  ...terminalLines(
    pictures.map((one) => ({ picture: one, caption })),
    { width, columns: 3, colors },
  ),
];

describe('terminalLines', () => {
  it('puts two pixels into a block, in true color and in 256', () => {
    const image = picture(1, 2, 255, 0);
    expect(lines([image], '', 'true')).toEqual(['\u001b[38;2;255;255;255m\u001b[48;2;0;0;0m▀\u001b[0m']);
    expect(lines([image], '', '256')).toEqual(['\u001b[38;5;231m\u001b[48;5;16m▀\u001b[0m']);
    const color = { width: 1, height: 1, channels: 3, samples: Uint8Array.of(255, 0, 95) };
    expect([
      ...terminalLines([{ picture: color, caption: '' }], { width: 9, columns: 1, colors: '256' }),
    ]).toEqual(['\u001b[38;5;197m\u001b[48;5;197m▀\u001b[0m']);
  });

  it('is plain characters by their shade, with captions in the middle', () => {
    expect(lines([picture(4, 3, 255, 0, 128, 0, 255, 0, 128, 255, 0, 0, 255, 0)], 'a', 'none')).toEqual([
      '@ +=',
      '  @',
      ' a',
    ]);
  });

  it('puts as many beside each other as fit, and reduces what is wider than the line', () => {
    const image = picture(4, 2, 255, 255, 255, 255, 255, 255, 255, 255);
    expect(lines([image, image, image], 'x', 'none', 10)).toEqual([
      '@@@@  @@@@',
      ' x     x',
      '',
      '@@@@',
      ' x',
    ]);
    expect(lines([image], '', 'none', 2)).toEqual(['@@']);
  });

  it('leaves room for the number of a label under an image that is narrower', () => {
    const image = picture(2, 2, 255, 255, 255, 255);
    expect(lines([image], '255 (255)', 'none')).toEqual(['@@', '.. (255)']);
    expect(lines([image], '7 (7)', 'none')).toEqual(['@@', '7 (7)']);
    expect(lines([image, image], 'sandal (5)', 'none')).toEqual(['@@      @@', '.. (5)  .. (5)']);
    // Where the whole line is narrower, there is no room to leave.
    expect(lines([image, image], '255 (255)', 'none', 4)).toHaveLength(5);
  });

  it('lets no name speak to the terminal', () => {
    const image = picture(8, 2, ...new Array<number>(16).fill(0));
    expect(lines([image], '\u001b[2J\u0007', 'none').at(-1)).toBe(' \ufffd[2J\ufffd');
  });
});

describe('terminalColors', () => {
  it('is none where it is no terminal, or NO_COLOR is set', () => {
    expect(terminalColors({ COLORTERM: 'truecolor' }, false)).toBe('none');
    expect(terminalColors({ COLORTERM: 'truecolor', NO_COLOR: '1' }, true)).toBe('none');
    expect(terminalColors({ TERM: 'dumb' }, true)).toBe('none');
    expect(terminalColors({ COLORTERM: 'truecolor', NO_COLOR: '' }, true)).toBe('true');
    expect(terminalColors({ TERM: 'xterm-256color' }, true)).toBe('256');
  });
});
