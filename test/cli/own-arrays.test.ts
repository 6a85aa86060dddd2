import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gzip, idx, imagesIdx, labelsIdx } from '../fixtures/archives.js';
import { lines, prepareCli, run } from '../fixtures/cli.js';
import { digestsIn, everythingIn } from '../fixtures/folder.js';
import { bytesNpy, npz } from '../fixtures/npy.js';
import { defineWords, ownFiles } from '../fixtures/own-files.js';

const images = (rows: number): Buffer => bytesNpy([rows, 28, 28], imagesIdx(rows).subarray(16));
const labels = (rows: number): Buffer => bytesNpy([rows, 1], labelsIdx(rows).subarray(8));
const OWN = ['--name', 'own'];

describe("the command line of one's own arrays", () => {
  it('takes all splits of an NPZ, and says which', async () => {
    const own = await ownFiles();
    const arrays = {
      test_images: images(20),
      train_images: images(30),
      test_labels: labels(20),
      train_labels: labels(30),
    };
    await own.write('own.npz', npz({ ...arrays, weights: labels(30) }, true));
    const { code, stderr } = await own.prepare(...OWN, '--npz', 'own.npz');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      'own.npz: train is train_images with train_labels; test is test_images with test_labels; left out: weights\n',
    );
    const directory = join(own.folder, 'out/own/1.0.0');
    const digests = await digestsIn(directory);
    const idxWords = ['--train', 'images.gz', 'labels.gz', '--test', 'more-images.gz', 'more-labels.gz'];
    expect((await own.prepare(...OWN, ...idxWords, '--overwrite')).code).toBe(0);
    expect(await digestsIn(directory)).toEqual(digests);

    const [found, scanned, , plan] = lines(
      (await own.prepare(...OWN, '--npz', 'own.npz', '--json', '--dry-run')).stdout,
    );
    expect(found).toEqual({
      event: 'npz',
      file: 'own.npz',
      splits: [
        { name: 'train', images: 'train_images', labels: 'train_labels' },
        { name: 'test', images: 'test_images', labels: 'test_labels' },
      ],
      others: ['weights'],
    });
    expect(scanned).toMatchObject({ event: 'scan', split: 'train', rows: 30 });
    expect(plan).toMatchObject({ event: 'plan', archives: [{ file: 'own.npz', from: 'from own.npz' }] });
  });

  it('takes hundreds of files, and names a few of them', async () => {
    const own = await ownFiles();
    await mkdir(join(own.folder, 'c'));
    const names = Array.from({ length: 40 }, (_, at) => `class ${String(at).padStart(2, '0')}`);
    for (const [at, name] of names.entries())
      await own.write(
        `c/${name}.npy`,
        bytesNpy(
          [2, 784],
          Uint8Array.from({ length: 1568 }, (_, p) => p * at),
        ),
      );
    const words = [...OWN, '--class-per-file', 'c/*.npy', '--shape', '28x28'];
    const plan = await own.prepare(...words, '--dry-run');
    expect(plan.stdout).toMatch(
      /\nArchives: 40, [\d.]+ KiB \(each by its name: --json\)\n {2}40 archives {2}[\d.]+ KiB {2}from .*c\nSplits:\n/,
    );
    expect(plan.stderr).toBe('found train: 80 images of 28x28 in 40 files, each of one class\n');
    const prepared = await own.prepare(...words);
    expect(prepared.code, prepared.stderr).toBe(0);
    expect(prepared.stderr.split('\n').filter((line) => line.includes('archive'))).toEqual([
      expect.stringMatching(/^40 archives: [\d.]+ KiB$/),
    ]);
    const directory = join(own.folder, 'out/own/1.0.0');
    expect(await readFile(join(directory, 'label.labels.txt'), 'utf8')).toBe(`${names.join('\n')}\n`);

    const defined = await own.define(...words, '--out', 'own.json');
    expect(defined.stderr).toContain('40 classes, as named\nwrote own.json\nnot beside it: c/class 00.npy, ');
    expect(defined.stderr).toContain(', ... (40 files); move them there');
    const digests = await digestsIn(directory);
    const again = await own.prepare('--definition', 'own.json', '--archives', 'c', '--overwrite');
    expect(again.code, again.stderr).toBe(0);
    expect(await digestsIn(directory)).toEqual(digests);
  });

  it('tells what may not be meant', async () => {
    const own = await ownFiles();
    await own.write(
      'from-one',
      idx(
        [30],
        Uint8Array.from({ length: 30 }, (_, row) => 1 + (row % 4)),
      ),
    );
    await own.write('flat.npy', bytesNpy([30, 784], new Uint8Array(30 * 784)));
    const words = [...OWN, '--train', 'flat.npy', 'from-one', '--dry-run'];
    const hint =
      'found train: 30 tensors of 784 uint8, labels 1 to 4 (if they are images that lie flat: --shape 28x28)\n';
    const warning =
      'the labels begin at 1: no row is of class 0, which is counted all the same, as TFDS does';
    expect((await own.prepare(...words)).stderr).toBe(`${hint}warning: ${warning}\n`);
    expect(lines((await own.prepare(...words, '--json')).stdout)).toContainEqual({
      event: 'warning',
      message: warning,
    });
    expect((await own.prepare(...words, '--quiet')).stderr).toBe('');

    await own.write('ant.gz', gzip(imagesIdx(3)));
    await own.write('bee.gz', gzip(imagesIdx(4)));
    const classes = ['--class-per-file', '{ant,bee}.gz', '--test', 'ant.gz', '--dry-run'];
    expect((await own.prepare(...OWN, ...classes)).stderr).toContain(
      'warning: the split test has no file of 1 of 2 classes: bee\n',
    );
    await own.write('mapping', '0 48\n1 49\n2 50\n3 51\n4 65\n5 66\n6 67\n7 68\n8 69\n9 70\n');
    const mapped = [...OWN, '--train', 'images.gz', 'labels.gz', '--class-names', 'mapping', '--dry-run'];
    expect((await own.prepare(...mapped)).stderr).toContain(
      'class names: mapping has labels with codes of characters; the first are 0, 1, 2\n',
    );
  });

  it('is refused where its options do not go with each other', async () => {
    const own = await ownFiles();
    const refused = async (words: readonly string[], message: string): Promise<void> => {
      for (const command of [own.prepare, own.define]) {
        const { code, stderr } = await command(...words);
        expect([code, stderr]).toEqual([2, expect.stringContaining(`error: ${message}`)]);
      }
    };
    await refused(
      [...OWN, '--npz', 'own.npz', '--train', 'images.gz'],
      "option '--npz <file>' cannot be used",
    );
    await refused([...OWN, '--npz', 'own.npz', '--class-per-file'], "option '--npz <file>' cannot be used");
    await refused([...OWN, '--class-per-file'], '--name needs a split');
    await refused(['--npz', 'own.npz'], '--name is missing');
    await refused(
      [...OWN, '--train', 'a', 'b', 'c'],
      '--train takes images and labels, and here are 3 files',
    );
    await refused(
      [...OWN, '--train', 'a', '--shape', '28x'],
      "option '--shape <28x28>' argument '28x' is invalid",
    );
    expect(await everythingIn(own.folder)).not.toContain('out/');
  });

  it.runIf(process.platform !== 'win32')(
    'takes a ~ for the home folder wherever a path is taken',
    async () => {
      const own = await ownFiles();
      const about = { cwd: '/', env: { HOME: own.folder, IDX_SHARDS_CACHE: '~/cache' } };
      await own.write('names', [...'abcdefghij'].join('\n'));
      const words = ['--train', '~/images.gz', '~/lab*.gz', '--class-names=~/names'];
      const defined = await run(process.execPath, defineWords([...OWN, ...words, '--out=~/own.json']), about);
      expect(defined.code, defined.stderr).toBe(0);
      const prepared = await prepareCli(
        ['--definition=~/own.json', '--archives=~', '--out=~/data', '--formats', 'tfrecord'],
        '~/cache',
        about,
      );
      expect(prepared.code, prepared.stderr).toBe(0);
      const drawn = await prepareCli(
        ['--dataset', 'digits', '--out=~/data', '--formats', 'tfrecord'],
        '~/cache',
        about,
      );
      expect(drawn.code, drawn.stderr).toBe(0);
      expect(await everythingIn(own.folder)).toEqual(
        expect.arrayContaining(['cache/', 'data/own/1.0.0/', 'data/digits/', 'own.json']),
      );
      for (const command of [
        ['verify', '~/data'],
        ['show', '~/data/own'],
        ['catalog', '~/data/own/1.0.0'],
      ]) {
        const { code, stderr } = await run(process.execPath, [defineWords([])[0] ?? '', ...command], about);
        expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' });
      }
    },
  );
});
