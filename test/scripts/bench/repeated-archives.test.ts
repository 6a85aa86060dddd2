import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BenchData, mainSplit, readIdx } from '../../../scripts/bench/bench-data.js';
import { repeatRows } from '../../../scripts/bench/repeated-archives.js';
import { readDefinition } from '../../../src/dataset/registry.js';
import { definitionOf, smallArchives, writeArchives } from '../../fixtures/archives.js';
import { scratchDir } from '../../scratch-dir.js';

/** The small data set of the tests, whose first split has 30 rows. */
async function smallData(folder: string): Promise<BenchData> {
  const archives = smallArchives();
  await mkdir(folder, { recursive: true });
  await writeArchives(folder, archives);
  return { definition: definitionOf(archives), archives: folder };
}

describe('repeatRows', () => {
  it.each([7, 30, 60, 75, 3000])('gives a data set of %i rows, those of the other in turn', async (rows) => {
    const folder = await scratchDir();
    const data = await smallData(join(folder, 'small'));
    const words = await repeatRows(data, rows, join(folder, 'repeated'));
    const file = join(folder, 'repeated', 'repeated.json');
    const repeated = { definition: await readDefinition(file), archives: join(folder, 'repeated') };
    expect(words).toEqual(['--definition', file, '--archives', repeated.archives]);
    const split = mainSplit(repeated);
    expect(split.rows).toBe(rows);
    for (const [kind, rowBytes] of [
      ['images', 784],
      ['labels', 1],
    ] as const) {
      const source = await readIdx(data, mainSplit(data)[kind]!);
      const { head, elements } = await readIdx(repeated, split[kind]!);
      expect(Buffer.from(head).readUInt32BE(4)).toBe(rows);
      expect(Buffer.from(head.subarray(8)).equals(source.head.subarray(8))).toBe(true);
      const expected = Buffer.concat(new Array<Uint8Array>(Math.ceil(rows / 30)).fill(source.elements));
      expect(Buffer.from(elements).equals(expected.subarray(0, rows * rowBytes))).toBe(true);
    }
  });
});
