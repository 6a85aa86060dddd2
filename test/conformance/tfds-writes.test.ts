import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/folder.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { askReader, runPython } from './readers.js';

const TRAIN = 'mnist-train.tfrecord-00000-of-00001';
const TEST = 'mnist-test.tfrecord-00000-of-00001';

function isCounts(value: unknown): value is Record<string, Record<string, number>> {
  return typeof value === 'object' && value !== null && TRAIN in value && TEST in value;
}

describe('TFDS itself, preparing MNIST from the same archives,', () => {
  it('writes the same manifest and record for record the same bytes', async (context) => {
    const archives = given(context, 'archives/mnist');
    const [ourOut, theirOut] = [await emptyFolder(), await emptyFolder()];
    const oracle = given(context, 'oracle/prepare_with_tfds.py');
    const { code, stderr } = await runPython(context, oracle, ['mnist', archives, theirOut]);
    expect(code, stderr.slice(-4000)).toBe(0);
    const ours = await prepare(ourOut, ['--archives', archives]);
    const theirs = join(theirOut, 'mnist/3.0.1');

    for (const file of ['dataset_info.json', 'features.json'])
      expect(await readFile(join(ours, file), 'utf8')).toBe(await readFile(join(theirs, file), 'utf8'));

    const counts = await askReader(context, 'compare_records.py', [ours, theirs, TRAIN, TEST]);
    if (!isCounts(counts)) throw new Error(`no counts: ${JSON.stringify(counts)}`);
    for (const [file, rows] of [
      [TRAIN, 60_000],
      [TEST, 10_000],
    ] as const) {
      const { inOrderOfNames, ...same } = counts[file]!;
      expect(same).toEqual({ ours: rows, theirs: rows, sameFeatures: rows, sameBytes: rows });
      // Where their process happened to serialize in the order of ours, the files are the same as they lie there.
      expect([0, rows]).toContain(inOrderOfNames);
      const sameFile = (await readFile(join(ours, file))).equals(await readFile(join(theirs, file)));
      expect(sameFile).toBe(inOrderOfNames === rows);
    }
  });
});
