import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanPart } from '../../src/define/scan-part.js';
import { gzip, idx, imagesIdx, labelsIdx } from '../fixtures/archives.js';
import { sha256 } from '../fixtures/folder.js';
import { scratchDir } from '../scratch-dir.js';

async function scan(imageBytes: Uint8Array, labelBytes: Uint8Array, signal?: AbortSignal) {
  const folder = await scratchDir();
  const files = { images: join(folder, 'images'), labels: join(folder, 'labels') };
  await writeFile(files.images, imageBytes);
  await writeFile(files.labels, labelBytes);
  return { files, scanned: await scanPart(files, { signal }) };
}

describe('scanPart', () => {
  it.each([
    { how: 'gzipped', images: gzip(imagesIdx(30)), labels: gzip(labelsIdx(30)) },
    { how: 'plain', images: imagesIdx(30), labels: labelsIdx(30) },
    { how: 'each in another way', images: gzip(imagesIdx(30)), labels: labelsIdx(30) },
    { how: 'in two gzip members', images: twoMembers(imagesIdx(30)), labels: gzip(labelsIdx(30)) },
    {
      how: 'with bytes behind the gzip',
      images: padded(gzip(imagesIdx(30))),
      labels: padded(gzip(labelsIdx(30))),
    },
  ])('tells what is in files that are $how', async ({ images, labels }) => {
    const { files, scanned } = await scan(images, labels);
    expect(scanned).toEqual({
      files,
      format: 'IDX',
      rows: 30,
      dtype: 'uint8',
      shape: [28, 28],
      labelRange: { least: 0, greatest: 9, rowOfGreatest: 9 },
      images: { bytes: images.length, sha256: sha256(images) },
      labels: { bytes: labels.length, sha256: sha256(labels) },
    });
  });

  it('finds the least and the greatest label wherever they stand among many', async () => {
    const rows = 600_000;
    const labels = new Uint8Array(rows).fill(7);
    labels[300_000] = 2;
    labels[599_998] = 201;
    labels[599_999] = 201;
    const { scanned } = await scan(idx([rows, 1, 1], new Uint8Array(rows)), idx([rows], labels));
    expect(scanned.labelRange).toEqual({ least: 2, greatest: 201, rowOfGreatest: 599_998 });
  });

  it('stops for the reason of the signal', async () => {
    const reason = new Error('enough');
    await expect(scan(imagesIdx(30), labelsIdx(30), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

function twoMembers(bytes: Uint8Array): Buffer {
  return Buffer.concat([gzip(bytes.subarray(0, 1000)), gzip(bytes.subarray(1000))]);
}

/** With more zeros behind than a file is read in at once. */
function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(1_000_000)]);
}
