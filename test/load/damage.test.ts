import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatasetError, load } from '../../src/index.js';
import { Random } from '../../src/plan/random.js';
import { emptyFolder } from '../fixtures/folder.js';
import { times } from '../sample.js';
import { ALL_FORMATS, smallDigits } from '../verify/small-digits.js';

const FLIPS = times(60, 12);

/** Reads the data set; the code of the error where it is refused. */
async function outcome(directory: string, file: string): Promise<string> {
  const format = ALL_FORMATS.find((name) => file.includes(`.${name}`)) ?? 'tfrecord';
  try {
    const examples = await load(directory, { split: 'all', format, features: 'all' });
    let count = 0;
    for await (const batch of examples.batch(64)) count += Object.keys(batch).length;
    return count > 0 ? 'read' : 'empty';
  } catch (error) {
    if (error instanceof DatasetError && error.code !== 'INTERNAL') return error.code;
    throw error;
  }
}

describe('a data set with a flipped bit or a cut file', () => {
  it('is read, or refused with a code', async () => {
    const { directory } = await smallDigits(await emptyFolder(), {}, { train: 40, test: 10 });
    const random = Random.ofStream(8, 0);
    const outcomes = new Map<string, number>();
    for (const file of (await readdir(directory)).sort()) {
      const path = join(directory, file);
      const bytes = await readFile(path);
      for (let flip = 0; flip < FLIPS; flip++) {
        const damaged = Buffer.from(bytes);
        const at = random.below(bytes.length);
        damaged[at]! ^= 1 << random.below(8);
        await writeFile(path, flip % 6 === 0 ? bytes.subarray(0, at) : damaged);
        const ended = await outcome(directory, file);
        outcomes.set(ended, (outcomes.get(ended) ?? 0) + 1);
      }
      await writeFile(path, bytes);
      expect(await outcome(directory, file)).toBe('read');
    }
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(['RECORD_CORRUPT', 'ARROW_INVALID', 'PARQUET_INVALID', 'ARRAY_RECORD_INVALID']),
    );
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(['MANIFEST_INVALID', 'IMAGE_INVALID', 'read']),
    );
  });
});
