import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DatasetError, defineDataset, type ElementType, type Kinds, open, prepare } from '../../src/index.js';
import { cellReader } from '../../src/load/cells.js';
import { orderOfRows } from '../../src/plan/order.js';
import { idx, imagesIdx, labelsIdx } from '../fixtures/archives.js';
import { emptyFolder } from '../fixtures/folder.js';
import { filtered, pngOf } from '../formats/png/made.js';
import { sample } from '../sample.js';
import { ALL_FORMATS } from '../verify/small-digits.js';

const ROWS = 20;

/** The types of IDX: the number that it has for each, an array of such elements, and how they are written. */
const TYPES = {
  uint8: [8, (at: number) => at * 7, Uint8Array, 'writeUInt8'],
  int8: [9, (at: number) => ((at * 7) % 256) - 128, Int8Array, 'writeInt8'],
  int16: [11, (at: number) => ((at * 997) % 65_536) - 32_768, Int16Array, 'writeInt16BE'],
  int32: [12, (at: number) => (at - 90) * 11_000_111, Int32Array, 'writeInt32BE'],
  float32: [13, (at: number) => Math.fround(Math.sin(at) * 1e3), Float32Array, 'writeFloatBE'],
  float64: [14, (at: number) => Math.sin(at) * 1e300, Float64Array, 'writeDoubleBE'],
} as const;

describe('a data set of tensors', () => {
  const types = Object.keys(TYPES) as (keyof typeof TYPES)[];
  const cases = types.flatMap((dtype, at) => [
    { dtype, shape: [2, 3], labelled: true },
    { dtype, shape: at % 2 === 0 ? [] : [5], labelled: false },
  ]);

  it.each(sample(cases, 3))('is read as typed arrays: $dtype $shape', async ({ dtype, shape, labelled }) => {
    const [number, valueAt, TypedArray, write] = TYPES[dtype];
    const size = shape.reduce((product, side) => product * side, 1);
    const values = TypedArray.from(Array.from({ length: ROWS * size }, (_, at) => valueAt(at)));
    const bytes = Buffer.alloc(values.byteLength);
    values.forEach((value, at) => {
      bytes[write](value, at * values.BYTES_PER_ELEMENT);
    });
    const folder = await emptyFolder();
    const [images, labels] = [join(folder, 'values.idx'), join(folder, 'labels.idx')];
    writeFileSync(images, idx([ROWS, ...shape], bytes, number));
    writeFileSync(labels, labelsIdx(ROWS));
    const splits = [{ name: 'train', images, ...(labelled ? { labels } : {}) }];
    const { definition, archivePaths } = await defineDataset({ name: 'own', splits, as: 'tensor' });
    const { directory } = await prepare(definition, {
      archivePaths,
      out: join(folder, 'out'),
      cacheDir: folder,
      workers: 1,
      index: true,
      formats: ALL_FORMATS,
    });
    const dataset = await open(directory);
    const name = definition.tensor!.name;
    for (const format of ALL_FORMATS) {
      const kinds: Kinds = { [name]: dtype satisfies ElementType, ...(labelled ? { label: 'label' } : {}) };
      const found: string[] = [];
      for await (const example of dataset.split('train', { format, features: kinds })) {
        const tensor = example[name];
        if (typeof tensor !== 'object' || !('data' in tensor)) throw new Error('no tensor');
        expect(tensor.data).toBeInstanceOf(TypedArray);
        expect(tensor.shape).toEqual(shape);
        found.push(tensor.data.join());
        expect(typeof example['label']).toBe(labelled ? 'number' : 'undefined');
      }
      const rows = Array.from({ length: ROWS }, (_, row) =>
        values.slice(row * size, (row + 1) * size).join(),
      );
      expect(found.toSorted()).toEqual(rows.toSorted());
      // The same in a batch, and in all that there is.
      for await (const batch of dataset.split('train', { format, features: 'all' }).batch(ROWS)) {
        const tensor = batch[name];
        if (typeof tensor !== 'object' || !('data' in tensor)) throw new Error('no tensor');
        expect(tensor.shape).toEqual([ROWS, ...shape]);
        expect(tensor.data.join()).toBe(found.join());
      }
    }
    expect((await dataset.split('train', { features: 'all' }).toArrowTable()).numRows).toBe(ROWS);
    // What was not said to be there is not given as something else.
    expect(() => dataset.split('train')).toThrow(/no feature image of the kind image/);
  });
});

describe('ranges over record batches and row groups', () => {
  it('give the rows of the whole, from each format', async () => {
    const rows = 25_000;
    const folder = await emptyFolder();
    const images = join(folder, 'values.idx');
    const bytes = Buffer.alloc(rows * 4);
    for (let row = 0; row < rows; row++) bytes.writeInt32BE(row, row * 4);
    writeFileSync(images, idx([rows], bytes, 12));
    const { definition, archivePaths } = await defineDataset({
      name: 'own',
      splits: [{ name: 'train', images }],
    });
    const options = { archivePaths, out: join(folder, 'out'), cacheDir: folder, workers: 1, numShards: 1 };
    const { directory } = await prepare(definition, { ...options, formats: ALL_FORMATS });
    const dataset = await open(directory);
    const name = definition.tensor!.name;
    const order = orderOfRows({ splitName: 'train' }, rows);
    for (const format of ALL_FORMATS)
      for (const [start, end] of [
        [0, rows],
        [9_999, 10_001],
        [10_000, 20_000],
        [10_001, 10_002],
        [19_999, 20_000],
        [20_001, rows],
      ] as const) {
        const split = dataset.split(`train[${start}:${end}]`, { format, features: { [name]: 'int32' } });
        for await (const batch of split.batch(rows)) {
          const [values, place] = [batch[name], batch['place']];
          if (values === undefined || !('data' in values)) throw new Error('no tensor');
          expect(values.shape).toEqual([end - start]);
          expect(values.data.join(), `${format} ${start}:${end}`).toBe(order.subarray(start, end).join());
          expect(place).toEqual(Int32Array.from({ length: end - start }, (_, at) => start + at));
        }
      }
  });
});

describe('images', () => {
  it('are read from columns of samples', async () => {
    const folder = await emptyFolder();
    const [images, labels] = [join(folder, 'images.idx'), join(folder, 'labels.idx')];
    writeFileSync(images, imagesIdx(ROWS));
    writeFileSync(labels, labelsIdx(ROWS));
    const { definition, archivePaths } = await defineDataset({
      name: 'own',
      splits: [{ name: 'train', images, labels }],
    });
    const options = {
      archivePaths,
      out: join(folder, 'out'),
      cacheDir: folder,
      workers: 1,
      image: 'tensor',
    } as const;
    const { directory } = await prepare(definition, options);
    const dataset = await open(directory);
    const read = async (format: 'tfrecord' | 'arrow' | 'parquet'): Promise<string[]> => {
      const found: string[] = [];
      for await (const { image, label } of dataset.split('train', { format }))
        found.push(`${label} ${image.data}`);
      return found;
    };
    const expected = await read('tfrecord');
    expect(expected).toHaveLength(ROWS);
    expect(await read('arrow')).toEqual(expected);
    expect(await read('parquet')).toEqual(expected);
    const encoded = dataset.split('train', { format: 'arrow', decode: false });
    await expect(
      (async () => {
        for await (const _ of encoded);
      })(),
    ).rejects.toThrow(/record 0: image is no binary value/);
  });

  it('of 16 bits come as such', () => {
    const feature = { name: 'depth', kind: 'image', dtype: 'uint16', shape: [2, 3, 1] } as const;
    const values = Uint16Array.of(0, 1, 256, 65_535, 4660, 77);
    const stream = deflateSync(filtered(Buffer.from(values.slice().buffer).swap16(), 2, 2, [4, 3]));
    const bytes = pngOf({ height: 2, width: 3, channels: 1, depth: 16, stream });
    const reader = cellReader(feature, 'image16');
    expect(reader.value({ bytes })).toEqual({ data: values, shape: [2, 3, 1] });
    const column = reader.column(2);
    column.push({ bytes });
    column.push({ numbers: [...values] });
    expect(column.values()).toEqual({ data: Uint16Array.of(...values, ...values), shape: [2, 2, 3, 1] });
  });
});

describe('cellReader', () => {
  const label = cellReader({ name: 'label', kind: 'label', classes: 10 }, 'label');

  it('takes labels that are classes, and the one for none', () => {
    for (const number of [0, 9, -1]) expect(label.value({ numbers: [BigInt(number)] })).toBe(number);
    for (const numbers of [[10n], [-2n], [2n ** 53n], [], [1n, 2n]])
      expect(() => label.value({ numbers })).toThrow(DatasetError);
    expect(() => label.value({ bytes: Uint8Array.of(1) })).toThrow(/not one number/);
  });

  it('gives what TFDS encodes as bytes, and uint64 as what it was', () => {
    const tensor = (dtype: string, kind: ElementType) =>
      cellReader({ name: 'x', kind: 'tensor', dtype, shape: [2], encoding: 'bytes' }, kind);
    const bytes = (array: Uint8Array | Uint16Array | BigUint64Array) => ({
      bytes: new Uint8Array(array.buffer),
    });
    const shape = [2];
    expect(tensor('float16', 'float32').value(bytes(Uint16Array.of(0x3c00, 0x8001)))).toEqual({
      data: Float32Array.of(1, -(2 ** -24)),
      shape,
    });
    expect(() => tensor('float16', 'float32').value(bytes(Uint16Array.of(1)))).toThrow(/another size/);
    expect(() => tensor('float16', 'float32').value(bytes(Uint8Array.of(1, 2, 3)))).toThrow(/another size/);
    expect(tensor('bool', 'uint8').value(bytes(Uint8Array.of(1, 0)))).toEqual({
      data: Uint8Array.of(1, 0),
      shape,
    });
    const longs = BigUint64Array.of(2n ** 64n - 1n, 2n ** 63n);
    expect(tensor('uint64', 'uint64').value(bytes(longs))).toEqual({ data: longs, shape });
    // As an Int64List has them.
    expect(tensor('uint64', 'uint64').value({ numbers: [-1n, -(2n ** 63n)] })).toEqual({
      data: longs,
      shape,
    });
  });

  it('refuses values of another size', () => {
    const feature = { name: 'x', kind: 'tensor', dtype: 'int64', shape: [2], encoding: 'none' } as const;
    const reader = cellReader(feature, 'int64');
    expect(reader.value({ numbers: [1n, -(2n ** 63n)] })).toEqual({
      data: BigInt64Array.of(1n, -(2n ** 63n)),
      shape: [2],
    });
    expect(reader.value({ bytes: new Uint8Array(16) })).toEqual({ data: new BigInt64Array(2), shape: [2] });
    expect(() => reader.value({ numbers: [1n] })).toThrow(/another size/);
    expect(() => reader.value({ bytes: new Uint8Array(15) })).toThrow(/another size/);
  });
});
