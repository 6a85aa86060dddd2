import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineDataset, prepare } from '../../src/index.js';
import { type Verified, verifyDataset } from '../../src/verify/verify.js';
import { idx, labelsIdx } from '../fixtures/archives.js';
import { emptyFolder } from '../fixtures/folder.js';
import { sample } from '../sample.js';
import { ALL_FORMATS, told } from './small-digits.js';

const ROWS = 20;
const TYPES = {
  uint8: [8, 1],
  int8: [9, 1],
  int16: [11, 2],
  int32: [12, 4],
  float32: [13, 4],
  float64: [14, 8],
} as const;

interface Case {
  dtype: keyof typeof TYPES;
  shape: number[];
  labelled: boolean;
  tensors: 'list' | 'extension';
}

/** Elements of a type, big-endian, each unlike the others. */
function elements(dtype: keyof typeof TYPES, count: number): Buffer {
  const [, size] = TYPES[dtype];
  const bytes = Buffer.alloc(count * size);
  for (let at = 0; at < count; at++) {
    if (dtype === 'float32') bytes.writeFloatBE(Math.sin(at) * 1e3, at * 4);
    else if (dtype === 'float64') bytes.writeDoubleBE(Math.sin(at) * 1e300, at * 8);
    else for (let byte = 0; byte < size; byte++) bytes[at * size + byte] = at * 37 + byte * 11;
  }
  return bytes;
}

describe('a data set of tensors', () => {
  const shapes = [[], [5], [2, 3, 3]];
  const cases = Object.keys(TYPES).flatMap((dtype) =>
    shapes.flatMap((shape, at) =>
      (['list', 'extension'] as const).map((tensors) => ({ dtype, shape, labelled: at !== 1, tensors })),
    ),
  );

  it.each(sample(cases as Case[], 3))(
    'is right, and found out where its archives are others: $dtype $shape, $tensors',
    async ({ dtype, shape, labelled, tensors }) => {
      const folder = await emptyFolder();
      const images = join(folder, 'values.idx');
      const labels = join(folder, 'labels.idx');
      const values = elements(
        dtype,
        shape.reduce((product, side) => product * side, ROWS),
      );
      writeFileSync(images, idx([ROWS, ...shape], values, TYPES[dtype][0]));
      writeFileSync(labels, labelsIdx(ROWS));
      const define = () =>
        defineDataset({ name: 'own', splits: [{ name: 'train', images, ...(labelled ? { labels } : {}) }] });
      const { definition, archivePaths } = await define();
      const out = join(folder, 'out');
      const { directory } = await prepare(definition, {
        archivePaths,
        out,
        cacheDir: folder,
        workers: 1,
        formats: ALL_FORMATS,
        tensors,
      });
      const verify = async (by = definition): Promise<Verified> =>
        verifyDataset(directory, { deep: true, archives: folder, cacheDir: folder, definitions: [by] });
      expect(await verify()).toMatchObject({ faults: [], unchecked: [], rows: ROWS });

      values[values.length - 1]! ^= 1;
      writeFileSync(images, idx([ROWS, ...shape], values, TYPES[dtype][0]));
      const faults = told(await verify((await define()).definition));
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(/^own-train.tfrecord-00000-of-00001#\d+ SOURCE_MISMATCH$/);
    },
  );
});
