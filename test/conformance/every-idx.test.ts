import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import { EVERY_IDX, writeEveryIdx } from './every-idx.js';
import { prepare } from './prepared.js';
import { askReader } from './readers.js';

/** So little that most of the data sets go through scratch files, of which a run may keep three quarters. */
const MEMORY = 256 * 1024;

/** What a row takes in memory beside its serialized Example: its framing, and six numbers. */
const ROW_BYTES = 16 + 24;

async function recordBytesIn(directory: string): Promise<number> {
  const { splits }: { splits: { numBytes: string }[] } = JSON.parse(
    await readFile(join(directory, 'dataset_info.json'), 'utf8'),
  );
  return splits.reduce((sum, { numBytes }) => sum + Number(numBytes), 0);
}

describe('IDX of every type and rank', () => {
  it('become byte for byte what TFDS writes, spilled or not, and TFDS reads them', async (context) => {
    const folder = await emptyFolder();
    const sets = [];
    for (const every of EVERY_IDX) sets.push({ every, ...(await writeEveryIdx(folder, every)) });
    const jobs = sets.map(({ every, folder: archives, definition }) => ({
      definition,
      archives,
      shards: every.shards ?? null,
    }));
    const theirs = await askReader(context, 'prepare_with_definition.py', [
      join(folder, 'theirs'),
      JSON.stringify(jobs),
    ]);
    if (!Array.isArray(theirs)) throw new Error(`no directories: ${JSON.stringify(theirs)}`);
    const prepared = [];
    let spilled = 0;
    for (const [at, { every, words, folder: archives, definition }] of sets.entries()) {
      const expected = await digestsIn(theirs[at]);
      const shards = every.shards === undefined ? [] : ['--num-shards', `${every.shards}`];
      if ((await recordBytesIn(theirs[at])) + every.rows * ROW_BYTES > (MEMORY * 3) / 4) spilled++;
      const ways = [words, ['--definition', definition, '--memory', `${MEMORY}`, '--workers', '1']];
      for (const [way, source] of ways.entries()) {
        const out = join(folder, `ours-${way}`);
        const directory = await prepare(out, [...source, ...shards, '--formats', 'tfrecord']);
        const { SHA256SUMS: _, 'README.md': _card, ...files } = await digestsIn(directory);
        expect({ name: every.name, files }).toEqual({ name: every.name, files: expected });
        if (way === 0) prepared.push({ directory, definition, archives });
      }
    }
    expect(spilled).toBeGreaterThan(15);
    const report = await askReader(context, 'read_every_idx_with_tfds.py', [JSON.stringify(prepared)]);
    expect(report).toEqual(EVERY_IDX.map(({ name, rows }) => ({ name, rows, equal: rows })));
  });
});
