import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { measureNode } from '../../dist/scripts/bench/child.js';
import { sha256OnceOfFile } from '../../src/archive/checksum.js';
import { type DatasetDefinition, loadDefinition } from '../../src/index.js';
import { FILES, idx } from '../fixtures/archives.js';
import { digitsRows } from '../fixtures/digits.js';
import { digestsIn, emptyFolder, sha256 } from '../fixtures/folder.js';
import { packageWith } from '../fixtures/package.js';
import { type Hole, type Member, writeZip, zipOf } from '../fixtures/zip.js';

/** Size of EMNIST's zip. */
const ZIP_BYTES = 561_753_746;
/** Rows of EMNIST's letters in that zip, of which TFDS takes fewer. */
const ROWS = { train: 124_800, test: 20_800 };

/** A gzip file of so many rows: those of `digits` over and over, deflated once (RFC 1952, section 2.2). */
function repeated(head: Uint8Array, elements: Buffer, rowBytes: number, rows: number): Buffer {
  const once = gzipSync(elements, { level: 1 });
  const ownRows = elements.length / rowBytes;
  const rest = elements.subarray(0, (rows % ownRows) * rowBytes);
  return Buffer.concat([
    gzipSync(head),
    ...new Array<Buffer>(Math.floor(rows / ownRows)).fill(once),
    gzipSync(rest, { level: 1 }),
  ]);
}

function archivesOf(rows: number): { images: Buffer; labels: Buffer } {
  const digits = digitsRows('train');
  const nothing = new Uint8Array();
  return {
    images: repeated(idx([rows, 28, 28], nothing), digits.images, 784, rows),
    labels: repeated(idx([rows], nothing), digits.labels, 1, rows),
  };
}

/** A zip of the size of EMNIST's: the members that the definition names, the last things in it, and a hole before them. */
async function writeLetters(path: string, letters: DatasetDefinition): Promise<void> {
  const members = letters.splits.flatMap(({ name, images, labels }): Member[] => {
    const content = archivesOf(name === 'train' ? ROWS.train : ROWS.test);
    return [
      { name: images?.member ?? '', content: content.images, deflate: true },
      { name: labels?.member ?? '', content: content.labels, deflate: true },
    ];
  });
  const padding = { name: 'gzip/emnist-byclass-train-images-idx3-ubyte.gz', content: new Uint8Array() };
  const hole: Hole = { name: padding.name, hole: ZIP_BYTES - zipOf([padding, ...members]).length };
  expect(await writeZip(path, [hole, ...members])).toBe(ZIP_BYTES);
}

/** The same rows as four gzip files. */
async function writePlain(folder: string, letters: DatasetDefinition): Promise<DatasetDefinition> {
  const { config: _, defaultConfig: __, ...plain } = letters;
  const splits = letters.splits.map(async (split) => {
    const content = archivesOf(split.name === 'train' ? ROWS.train : ROWS.test);
    const write = async (file: string, bytes: Buffer) => {
      await writeFile(join(folder, file), bytes);
      return { file, bytes: bytes.length, sha256: sha256(bytes) };
    };
    const [images, labels] =
      split.name === 'train'
        ? ([FILES.trainImages, FILES.trainLabels] as const)
        : ([FILES.testImages, FILES.testLabels] as const);
    return {
      ...split,
      images: await write(images, content.images),
      labels: await write(labels, content.labels),
    };
  });
  return { ...plain, name: 'plain', splits: await Promise.all(splits) };
}

describe('a zip of the size of EMNIST’s', () => {
  it('is prepared in the memory that the same rows take as gzip files', async () => {
    const folder = await emptyFolder();
    const archives = join(folder, 'archives');
    await mkdir(archives);
    const definition = await loadDefinition('emnist/letters');
    const zip = join(archives, 'gzip.zip');
    await writeLetters(zip, definition);
    const facts = { bytes: ZIP_BYTES, sha256: await sha256OnceOfFile(zip) };
    const splits = definition.splits.map((split) => ({
      ...split,
      images: { ...split.images, ...facts },
      labels: { ...split.labels, ...facts },
    }));
    const letters = { ...definition, splits };
    const plain = await writePlain(archives, definition);
    const program = await packageWith(join(folder, 'package'), letters, plain);

    const measure = (dataset: string) =>
      measureNode(
        [
          program,
          ...['prepare', '--dataset', dataset, '--out', join(folder, 'out'), '--archives', archives],
          ...['--formats', 'tfrecord', '--workers', '2', '--quiet'],
        ],
        { signal: new AbortController().signal },
      );
    const zipped = await measure('emnist/letters');
    const gzipped = await measure('plain');
    console.log(
      `emnist/letters out of ${ZIP_BYTES} bytes: ${zipped.wallSeconds.toFixed(1)} s, peak ${zipped.peakMiB.toFixed(0)} MiB; ` +
        `out of gzip files: ${gzipped.wallSeconds.toFixed(1)} s, peak ${gzipped.peakMiB.toFixed(0)} MiB`,
    );
    expect(zipped.peakMiB).toBeLessThan(gzipped.peakMiB + 32);

    const shards = async (directory: string): Promise<string[]> =>
      Object.entries(await digestsIn(join(folder, 'out', directory)))
        .filter(([file]) => file.includes('.tfrecord-'))
        .map(([file, digest]) => `${file.replace(/^\w+?-/, '')} ${digest}`);
    expect(await shards('emnist/letters/3.1.0')).toEqual(await shards('plain/3.1.0'));
  });
});
