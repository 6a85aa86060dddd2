import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawArchives } from '../../../src/archive/draw/archives.js';
import { drawDigits } from '../../../src/archive/draw/digits.js';

const archives = drawArchives();

/** The golden archives: any change of the drawing changes them, and with them what users prepared from them. */
const GOLDEN = [
  {
    name: 'train-images-idx3-ubyte.gz',
    bytes: 984127,
    sha256: '208b8091c89df763f8cd6424f5aee37bba5130f9ce4e19833986905ec4de7a48',
  },
  {
    name: 'train-labels-idx1-ubyte.gz',
    bytes: 3107,
    sha256: '486df8f903d78e90fbbdc4d2889399c801b9cf39d54f7f9ba8613a2b20eb36bf',
  },
  {
    name: 't10k-images-idx3-ubyte.gz',
    bytes: 162026,
    sha256: '54685bef68ba5c564e14ce7f68312bfa83cc1708b4362724fed9eba82f5885ad',
  },
  {
    name: 't10k-labels-idx1-ubyte.gz',
    bytes: 527,
    sha256: '610203a4538a7fb695944f79801b27365f42e05ed1240dcdcdc0018616982fc8',
  },
];

describe('drawArchives', () => {
  it('gives the four archives of MNIST, by name', () => {
    expect([...archives.keys()]).toEqual(GOLDEN.map(({ name }) => name));
  });

  it.each(GOLDEN)('draws $name to the byte', ({ name, bytes, sha256 }) => {
    const archive = archives.get(name)!;
    expect({ bytes: archive.length, sha256: createHash('sha256').update(archive).digest('hex') }).toEqual({
      bytes,
      sha256,
    });
  });

  it('has gzip headers without time, file name or the name of this system', () => {
    for (const archive of archives.values()) {
      // RFC 1952: magic 1f 8b, method 8, no flags, time 0, no extra flags, system 3 (Unix).
      expect([...archive.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    }
  });

  it.each([
    { split: 'train', prefix: 'train', rows: [0x17, 0x70] },
    { split: 'test', prefix: 't10k', rows: [0x03, 0xe8] },
  ] as const)('holds the $split split as IDX', ({ split, prefix, rows }) => {
    const { images, labels } = drawDigits(split);
    const imagesIdx = gunzipSync(archives.get(`${prefix}-images-idx3-ubyte.gz`)!);
    expect([...imagesIdx.subarray(0, 16)]).toEqual([0, 0, 8, 3, 0, 0, ...rows, 0, 0, 0, 28, 0, 0, 0, 28]);
    expect(imagesIdx.subarray(16).equals(images)).toBe(true);
    const labelsIdx = gunzipSync(archives.get(`${prefix}-labels-idx1-ubyte.gz`)!);
    expect([...labelsIdx.subarray(0, 8)]).toEqual([0, 0, 8, 1, 0, 0, ...rows]);
    expect(labelsIdx.subarray(8).equals(labels)).toBe(true);
  });
});
