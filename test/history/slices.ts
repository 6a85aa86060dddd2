import { rowBytesOf } from '../../dist/src/dataset/feature.js';
import { orderByHash, orderOfRows, rowHasher } from '../../dist/src/plan/order.js';
import { encodeSlice, maxRecordBytes, sliceRoomBytes } from '../../dist/src/prepare/encode-slice.js';
import { oneOf, type Pick } from '../fuzz/fuzz.js';
import { KINDS } from './content.js';
import { bytesIn, type Operation, type Outcome } from './operation.js';
import { featuresOf, type Rows, rowsText, sliceOf } from './split.js';

/** Slices of all kinds of rows; the same kind comes twice, the larger slice first. */
export function manyRows(pick: Pick): Rows[] {
  const rows = (kind: Rows['kind'], dtype: Rows['dtype'], shape: readonly number[], count: number): Rows => {
    const content = oneOf(pick, KINDS);
    return { kind, dtype, shape, rows: count, labels: pick(3) > 0, content, seed: pick(2 ** 31) };
  };
  return [
    rows('image', 'uint8', [28, 28, 1], 150),
    rows('image', 'uint8', [28, 28, 1], 3),
    rows('image', 'uint8', [9, 7, 3], 120),
    rows('image', 'uint8', [9, 7, 4], 60),
    rows('image', 'uint8', [120, 90, 1], 8),
    rows('image', 'uint8', [1, 1, 1], 300),
    rows('tensor', 'uint8', [9, 7, 3], 70),
    rows('tensor', 'int8', [300], 40),
    rows('tensor', 'int16', [3, 5], 200),
    rows('tensor', 'int32', [2, 3, 2], 90),
    rows('tensor', 'int32', [], 500),
    rows('tensor', 'float32', [28, 28], 30),
    rows('tensor', 'float32', [], 11),
    rows('tensor', 'float64', [4, 4], 100),
    rows('tensor', 'float64', [], 1),
    rows('tensor', 'bool', [7], 60),
    rows('tensor', 'uint16', [3, 5], 50),
    rows('tensor', 'uint32', [], 70),
    rows('tensor', 'uint64', [9], 40),
    rows('tensor', 'int64', [2, 3, 2], 30),
    rows('tensor', 'float16', [5], 80),
  ];
}

/** Memory that slice after slice is encoded into, as a run's buffers are; nobody clears it. */
let room = new SharedArrayBuffer(0);

function roomOf(bytes: number): SharedArrayBuffer {
  if (room.byteLength < bytes) room = new SharedArrayBuffer(bytes);
  return room;
}

/** Rows to framed records, in memory that other slices used; of some images the elements are missing. */
export const ENCODING_SLICES: Operation = {
  name: 'slices',
  tries: 6,
  cases: (pick) =>
    manyRows(pick).flatMap((rows) => {
      const keepSamples = pick(2) === 0;
      const name = `${rowsText(rows)}${keepSamples ? ', samples' : ''}`;
      const encode = (missing: number): Outcome => {
        const slice = sliceOf(rows, 7, rows.rows, keepSamples);
        const elements = slice.elements.subarray(0, slice.elements.length - missing);
        const sizes = {
          recordBytes: maxRecordBytes(featuresOf(rows)),
          sampleBytes: keepSamples ? rowBytesOf(rows) : 0,
        };
        const encoded = encodeSlice({ ...slice, elements, room: roomOf(sliceRoomBytes(rows.rows, sizes)) });
        const { records, offsets, imageStarts, imageEnds, rowNumbers, hashes, labels, samples } = encoded;
        const arrays = [offsets, imageStarts, imageEnds, rowNumbers, hashes, labels].map(bytesIn);
        return [records, ...arrays, samples ?? 'none'];
      };
      const whole = { name, run: () => encode(0) };
      return rows.kind === 'image' ? [whole, { name: `${name}, cut short`, run: () => encode(1) }] : [whole];
    }),
};

/** The order of a split's rows, also where hashes of 32 bits are equal and where the split's name is long. */
export const ORDERING: Operation = {
  name: 'order of rows',
  tries: 6,
  cases: (pick) => {
    const splits = ['train', 'test', 'a', 'x'.repeat(44), 'y'.repeat(60), 'zählung'];
    return splits.flatMap((split) =>
      [20_000, 3000, 1, 70].map((count) => {
        const rows = 1 + pick(count);
        const first = pick(10_000_000);
        return {
          name: `${rows} rows of ${split}, ${first}`,
          run: () => {
            const keys = { splitName: split };
            const hash = rowHasher(keys);
            const tied = Uint32Array.from({ length: rows }, (_, row) => hash(row)[0]! % 50);
            return [
              bytesIn(orderOfRows(keys, rows)),
              bytesIn(orderByHash(keys, tied, (position) => first + position)),
              bytesIn(hash(first).slice()),
            ];
          },
        };
      }),
    );
  },
};
