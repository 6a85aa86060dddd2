import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definitionOf, FILES, gzip, labelsIdx, smallArchives, writeArchives } from '../fixtures/archives.js';
import { badArchives } from '../fixtures/bad-archives.js';
import { lines } from '../fixtures/cli.js';
import { everythingIn } from '../fixtures/folder.js';
import { ownDataset } from '../fixtures/own-dataset.js';
import { sample } from '../sample.js';

describe('an archive that is not as it should be', () => {
  it.each(sample(badArchives, 4))(
    '$code: $what',
    async ({ code, file, bytes, asDefined, expected, found }) => {
      const archives = smallArchives();
      const definition = definitionOf(archives);
      if (bytes === undefined) archives.delete(file);
      else archives.set(file, bytes);
      const { folder, prepare } = await ownDataset(archives, asDefined ? definitionOf(archives) : definition);

      const { code: exitCode, stdout, stderr } = await prepare('--json', '--quiet');
      const last = lines(stdout).at(-1);
      expect(last).toEqual({
        event: 'error',
        dataset: 'own',
        code,
        message: expect.stringContaining(join('archives', file)),
        expected: typeof expected === 'string' ? expected : expect.stringMatching(expected),
        found: typeof found === 'string' ? found : expect.stringMatching(found),
        next: expect.stringMatching(/^[A-Z].*\.$/),
      });
      expect(stderr).toBe(
        [
          `error: ${last?.message} [${code}]`,
          `  expected: ${last?.expected}`,
          `  found:    ${last?.found}`,
          `  next:     ${last?.next}\n`,
        ].join('\n'),
      );
      expect(exitCode).toBe(4);
      expect(lines(stdout).filter(({ event }) => event === 'error')).toHaveLength(1);
      expect(await everythingIn(folder)).not.toContain('out/');
    },
  );
});

describe('the same archives without a fault', () => {
  it('are prepared', async () => {
    const { folder, prepare } = await ownDataset(smallArchives());
    expect(await prepare('--quiet')).toEqual({ code: 0, stdout: 'out/own/1.0.0\n', stderr: '' });
    expect(await everythingIn(join(folder, 'out/own/1.0.0'))).toEqual([
      'README.md',
      'SHA256SUMS',
      'dataset_info.json',
      'features.json',
      'own-test-00000-of-00001.arrow',
      'own-test-00000-of-00001.parquet',
      'own-test.tfrecord-00000-of-00001',
      'own-train-00000-of-00001.arrow',
      'own-train-00000-of-00001.parquet',
      'own-train.tfrecord-00000-of-00001',
    ]);
  });
});

describe('a run that fails', () => {
  const bad = new Map([...smallArchives(), [FILES.testLabels, gzip(labelsIdx(19))]]);

  it('names the row of a label outside the classes', async () => {
    const labels = labelsIdx(30);
    labels[8 + 7] = 10;
    const { prepare } = await ownDataset(new Map([...smallArchives(), [FILES.trainLabels, gzip(labels)]]));
    expect((await prepare('--quiet')).stderr).toMatch(
      /^error: row 7 of archives.train-labels-idx1-ubyte.gz has a label/,
    );
  });

  it('leaves what lies at --out already', async () => {
    const { folder, prepare } = await ownDataset(bad);
    await mkdir(join(folder, 'out/other/1.0.0'), { recursive: true });
    await writeFile(join(folder, 'out/notes.txt'), 'mine');
    expect((await prepare()).code).toBe(4);
    expect(await everythingIn(join(folder, 'out'))).toEqual(['notes.txt', 'other/', 'other/1.0.0/']);
  });

  it('leaves an empty --out that it did not make, and one whose data set has another version', async () => {
    const { folder, prepare } = await ownDataset(bad);
    await mkdir(join(folder, 'out'));
    expect((await prepare()).code).toBe(4);
    expect(await everythingIn(join(folder, 'out'))).toEqual([]);
    await mkdir(join(folder, 'out/own/0.9.0'), { recursive: true });
    expect((await prepare()).code).toBe(4);
    expect(await everythingIn(join(folder, 'out'))).toEqual(['own/', 'own/0.9.0/']);
  });

  it('succeeds once the archive is mended', async () => {
    const { folder, prepare } = await ownDataset(smallArchives());
    await rm(join(folder, 'archives', FILES.testLabels));
    expect((await prepare()).code).toBe(4);
    await writeArchives(join(folder, 'archives'), smallArchives());
    expect((await prepare()).code).toBe(0);
  });
});
