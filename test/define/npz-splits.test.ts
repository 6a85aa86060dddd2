import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findNpzSplits, splitsNamed } from '../../src/define/npz-splits.js';
import { bytesNpy, npyFile, npyHead, npz } from '../fixtures/npy.js';
import { zipOf } from '../fixtures/zip.js';
import { scratchDir } from '../scratch-dir.js';

describe('splitsNamed', () => {
  it.each([
    ['x_train y_train x_test y_test', ['train: x_train y_train', 'test: x_test y_test']],
    ['X_test y_test X_train y_train', ['train: X_train y_train', 'test: X_test y_test']],
    ['x_train y_train x_valid y_valid', ['train: x_train y_train', 'valid: x_valid y_valid']],
    ['x_train x_test', ['train: x_train', 'test: x_test']],
    [
      'train_images val_images test_images train_labels val_labels test_labels',
      ['train: train_images train_labels', 'val: val_images val_labels', 'test: test_images test_labels'],
    ],
    ['train_x train_y', ['train: train_x train_y']],
    ['test_data test_labels', ['test: test_data test_labels']],
    ['images labels', ['train: images labels']],
    ['labels images weights', ['train: images labels']],
    ['x y', ['train: x y']],
    ['X y', ['train: X y']],
    ['data target', ['train: data target']],
    ['features label', ['train: features label']],
    ['arr_0', ['train: arr_0']],
    ['arr_0 arr_1', ['train: arr_0 arr_1']],
  ])('finds in %s the splits %j', (keys, splits) => {
    const found = splitsNamed(keys.split(' '));
    const texts = found?.map(
      ({ name, images, labels }) => `${name}: ${[images, labels ?? []].flat().join(' ')}`,
    );
    expect(texts).toEqual(splits);
  });

  it.each(['pixels classes', 'labels', 'y_train', 'arr_0 arr_1 arr_2', 'arr_1', 'x X y', 'train test', ''])(
    'finds none in %j',
    (keys) => {
      expect(splitsNamed(keys.split(' '))).toBeUndefined();
    },
  );
});

describe('findNpzSplits', () => {
  const images = bytesNpy([2, 3, 4], new Uint8Array(24));
  const labels = bytesNpy([2], new Uint8Array(2));

  async function find(bytes: Uint8Array) {
    const path = join(await scratchDir(), 'own.npz');
    await writeFile(path, bytes);
    return { path, found: findNpzSplits(path) };
  }

  it('tells the members of each split, and what is left out', async () => {
    const { path, found } = await find(npz({ x_test: images, y_test: labels, more: labels }, true));
    expect(await found).toEqual({
      splits: [
        {
          name: 'test',
          images: 'x_test',
          labels: 'y_test',
          files: { images: { path, member: 'x_test.npy' }, labels: { path, member: 'y_test.npy' } },
        },
      ],
      others: ['more'],
    });
  });

  it('tells what there is where no name is known', async () => {
    const keyed = {
      pixels: images,
      numbers: labels,
      one: npyFile({ descr: '<i4', shape: [], elements: new Uint8Array(4) }),
      texts: npyHead("{'descr': '<U4', 'fortran_order': False, 'shape': (9,)}"),
      bad: Buffer.from('bad'),
    };
    const { path, found } = await find(npz(keyed));
    await expect(found).rejects.toMatchObject({
      code: 'ZIP_MEMBER_MISSING',
      message: `the arrays of ${path} have names that tell no splits`,
      found:
        'pixels: uint8 2 x 3 x 4; numbers: uint8 2; one: int32 of no dimension; texts: texts (<U4); bad: no array that can be read',
      next: `Name them: --train ${path}:pixels ${path}:numbers, for instance.`,
    });
  });

  it('names so many keys and no more', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`a${at}`, labels]));
    await expect((await find(npz(many))).found).rejects.toMatchObject({
      found: expect.stringMatching(/a23: uint8 2; \.\.\. \(40 in all\)$/),
    });
  });

  it.each([
    [
      'another file',
      Buffer.from('\x1f\x8b'),
      { code: 'ZIP_INVALID', expected: 'an NPZ: a zip of NPY files' },
    ],
    ['an empty file', Buffer.alloc(0), { code: 'ZIP_INVALID' }],
    ['an NPZ without arrays', zipOf([]), { code: 'ZIP_MEMBER_MISSING', found: 'no files' }],
    ['half an NPZ', npz({ images }).subarray(0, 90), { code: 'ZIP_INVALID' }],
  ])('refuses %s', async (_, bytes, error) => {
    await expect((await find(bytes)).found).rejects.toMatchObject(error);
  });

  it('refuses what is not there, and a folder', async () => {
    const folder = await scratchDir();
    for (const path of [folder, join(folder, 'none.npz')])
      await expect(findNpzSplits(path)).rejects.toMatchObject({
        code: 'ZIP_INVALID',
        message: `${path} is no NPZ`,
      });
  });
});
