/** One movement of the pen: `points` as x, y pairs; `corners[i]` says that the pen turns sharply at point i. */
export interface Stroke {
  points: readonly number[];
  corners: readonly boolean[];
}

/** One way to write a digit: its strokes, in a frame about 60 wide and 100 high, x to the right and y down. */
export type Glyph = readonly Stroke[];

/** A way to write a digit, and how many hands in a hundred have it as their own. */
export interface Letterform {
  name: string;
  share: number;
  glyph: Glyph;
}

/** Reads strokes written as `x,y` points the pen passes through, with `!` after a point where it turns sharply. */
function letterform(name: string, share: number, ...strokes: string[]): Letterform {
  const glyph = strokes.map((stroke) => {
    const points = stroke.split(' ');
    return {
      points: points.flatMap((point) => point.replace('!', '').split(',').map(Number)),
      corners: points.map((point) => point.endsWith('!')),
    };
  });
  return { name, share, glyph };
}

/** The letterforms of the digits: `LETTERFORMS[d]` are the ways to write d, and their shares sum to 100. */
export const LETTERFORMS: readonly (readonly Letterform[])[] = [
  [
    letterform('closed', 55, '33,2 14,16 4,50 13,86 32,98 52,84 59,48 51,14 33,2'),
    letterform('overlapped', 25, '46,9 28,2 10,20 3,55 14,90 34,98 53,82 59,48 50,16 32,5 20,9'),
    letterform('from the left', 20, '16,16 4,52 13,88 33,98 53,82 58,46 46,12 30,2 17,10 12,22'),
  ],
  [
    letterform('plain', 62, '31,2 30,34 29,66 28,98'),
    letterform('flag', 24, '12,24 25,14 36,2! 35,34 34,66 33,98'),
    letterform('flag and foot', 14, '12,22 24,14 35,2! 34,34 33,66 32,96', '8,97 32,96 56,97'),
  ],
  [
    letterform('plain', 40, '7,22 28,2 53,18 46,46 26,72 4,96! 30,95 60,95'),
    letterform('looped', 38, '9,20 29,2 53,18 46,46 26,76 8,94 4,84 17,78 38,90 64,92'),
    letterform('swan', 22, '5,16 24,2 46,14 46,40 28,70 5,93! 22,86 40,96 62,90'),
  ],
  [
    letterform('round', 62, '8,14 30,2 53,16 46,38 24,46! 49,54 58,75 40,96 16,97 2,86'),
    letterform('waist loop', 22, '8,12 32,2 52,18 40,40 22,48 24,42 46,51 57,74 38,97 14,97 2,84'),
    letterform('flat top', 16, '6,4! 30,4 54,4! 40,22 26,40! 50,50 57,74 38,97 4,90'),
  ],
  [
    letterform('open', 48, '10,6 7,30 6,55! 32,54 58,51', '48,8 46,38 44,70 42,98'),
    letterform('open, round', 20, '9,4 3,36 16,56 38,52 54,42', '54,4 50,40 46,70 42,98'),
    letterform('closed', 20, '42,2! 22,34 3,63! 32,63 62,61', '44,3 43,50 41,98'),
    letterform('closed, one stroke', 12, '40,98 44,50 46,3! 22,34 3,58! 30,58 60,56'),
  ],
  [
    letterform('two strokes', 46, '18,5 15,24 12,44! 34,38 54,54 52,80 32,97 3,90', '18,5 38,5 60,3'),
    letterform('one stroke', 30, '57,4! 38,4 18,6! 15,25 12,44! 36,39 54,56 50,82 28,97 3,88'),
    letterform('like an s', 24, '58,5 36,4 18,18 22,38 44,52 52,74 38,95 18,97 3,86'),
  ],
  [
    letterform('round', 55, '44,2 22,24 7,58 11,88 31,98 50,84 48,62 30,56 12,72'),
    letterform('straight', 25, '34,2 18,34 6,70 14,93 32,98 47,84 44,66 27,60 8,76'),
    letterform('curled in', 20, '50,4 28,10 9,44 8,80 26,98 49,88 52,66 36,56 20,68 20,82'),
  ],
  [
    letterform('plain', 52, '4,8 30,6 56,4! 40,34 30,66 24,98'),
    letterform('crossed', 22, '4,8 30,5 56,4! 42,34 31,66 24,98', '16,54 34,51 54,48'),
    letterform('serif', 14, '5,22 6,6! 30,6 57,5! 42,32 31,64 26,98'),
    letterform('round', 12, '3,14 20,4 42,7 54,14 46,38 34,68 28,98'),
  ],
  [
    letterform('from the right', 60, '52,14 32,2 11,16 26,44 50,66 48,90 26,98 7,80 18,58 44,34 53,16'),
    letterform(
      'from the middle',
      22,
      '30,46 10,28 14,8 32,2 50,14 46,34 26,52 6,74 14,94 34,98 54,80 46,58 28,46',
    ),
    letterform(
      'two rings',
      18,
      '31,46 13,36 12,14 31,3 49,14 48,36 31,46',
      '31,46 9,58 8,86 30,98 53,86 52,58 31,46',
    ),
  ],
  [
    letterform('straight tail', 52, '50,14 32,3 10,14 8,36 26,46 46,32 51,12! 49,40 47,70 45,98'),
    letterform('curved tail', 24, '50,18 34,2 11,14 9,38 28,47 48,32 52,16 52,52 44,86 22,98 6,90'),
    letterform('slanting tail', 24, '47,20 34,3 12,12 8,36 24,46 44,30 50,14 42,44 32,72 22,98'),
  ],
];
