import { defineDataset } from '../../dist/src/define/define.js';
import { gzip, idx } from '../fixtures/archives.js';
import { mutated, numbers, oneOf } from '../fuzz/fuzz.js';
import { bytesOf, KINDS } from './content.js';
import type { Case, Operation } from './operation.js';

/** IDX files, plain and gzipped, larger ones before smaller ones, as `define` reads them: damaged ones among them. */
export const READING_ARCHIVES: Operation = {
  name: 'archives',
  tries: 6,
  cases: (pick) =>
    [3000, 900, 10, 1].flatMap((rows) =>
      (['whole', 'gzip', 'mutated', 'cut'] as const).map((how): Case => {
        const seed = pick(2 ** 31);
        const kind = oneOf(pick, KINDS);
        return {
          name: `${rows} rows of ${kind} (${seed}), ${how}`,
          material: () => {
            const plain = idx([rows, 28, 28], bytesOf({ kind, bytes: rows * 784, seed }));
            if (how === 'whole') return plain;
            const packed = gzip(plain);
            if (how === 'cut') return packed.subarray(0, Math.floor(packed.length * 0.7));
            return how === 'mutated' ? mutated(packed, numbers(seed)) : packed;
          },
          run: async ({ path }) => {
            const { definition } = await defineDataset({
              name: 'any',
              splits: [{ name: 'train', images: path }],
            });
            return JSON.stringify(definition);
          },
        };
      }),
    ),
};
