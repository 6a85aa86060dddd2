import { describe, expect, it } from 'vitest';
import { expectElements, expectLabels } from '../../src/arrays/expect.js';
import { type ArrayHeader, typeName } from '../../src/arrays/header.js';
import { DTYPE_NAMES, type DType } from '../../src/dataset/feature.js';

/** The head of an IDX file. */
function head(dtype: DType, dimensions: readonly number[]): ArrayHeader {
  return { format: 'IDX', dtype, littleEndian: false, dimensions };
}

/** {@link expectElements} of unsigned bytes. */
function expectBytes(
  header: ArrayHeader,
  dimensions: readonly number[],
  where: string,
  orMore?: boolean,
): void {
  const [rows = 0, ...shape] = dimensions;
  expectElements(header, { dtype: 'uint8', rows, shapes: [shape] }, where, orMore);
}

describe('expectElements', () => {
  const header = head('uint8', [60_000, 28, 28]);

  it('takes what the definition tells', () => {
    expectBytes(header, [60_000, 28, 28], 'images.gz');
    expectBytes(head('uint8', [7]), [7], 'labels.gz');
    expectBytes(head('uint8', [60_000, 784]), [60_000, 28, 28], 'flat.npy');
  });

  it.each([
    ['int8', 'byte'],
    ['int16', 'short'],
    ['int32', 'int'],
    ['float32', 'float'],
    ['float64', 'double'],
  ] as const)('refuses elements of type %s', (dtype, found) => {
    expect(() => expectBytes({ ...header, dtype }, [60_000, 28, 28], 'images.gz')).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'IDX_TYPE',
        message: 'images.gz has elements of another type than its definition',
        expected: 'ubyte',
        found,
      }),
    );
  });

  it.each([
    ['another height', [60_000, 27, 28]],
    ['another width', [60_000, 28, 29]],
    ['sizes whose digits are the same', [60_000, 282, 8]],
    ['rows that are flat, and one value short', [60_000, 783]],
    ['labels', [60_000]],
    ['one dimension more', [60_000, 28, 28, 1]],
    ['other rows as well', [10_000, 32, 32]],
  ])('refuses %s', (_, dimensions) => {
    expect(() => expectBytes(head('uint8', dimensions), [60_000, 28, 28], 'images.gz')).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'IDX_DIMENSIONS',
        message: 'images.gz has other dimensions than its definition',
        expected: '60000 x 28 x 28',
        found: dimensions.join(' x '),
      }),
    );
  });

  it('refuses images where labels should be', () => {
    expect(() => expectBytes(header, [60_000], 'labels.gz')).toThrow(
      expect.objectContaining({ code: 'IDX_DIMENSIONS', expected: '60000', found: '60000 x 28 x 28' }),
    );
  });

  it.each([[59_999], [60_001], [0]])('refuses %i rows', (rows) => {
    expect(() => expectBytes(head('uint8', [rows, 28, 28]), [60_000, 28, 28], 'images.gz')).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'COUNT_MISMATCH',
        message: 'images.gz promises another number of rows than its definition',
        expected: '60000 rows',
        found: `${rows} rows`,
      }),
    );
  });
});

describe('expectElements of each type', () => {
  it.each(DTYPE_NAMES)('takes %s, and no other', (dtype) => {
    for (const other of DTYPE_NAMES) {
      const check = () => {
        expectElements(head(other, [7, 2]), { dtype, rows: 7, shapes: [[2]] }, 'rows.gz');
      };
      if (other === dtype) check();
      else
        expect(check).toThrow(
          expect.objectContaining({
            code: 'IDX_TYPE',
            expected: typeName(dtype),
            found: typeName(other),
          }),
        );
    }
  });

  it('takes any of several shapes', () => {
    const expected = {
      dtype: 'uint8',
      rows: 7,
      shapes: [
        [2, 3],
        [2, 3, 1],
      ],
    } as const;
    for (const dimensions of [
      [7, 2, 3],
      [7, 2, 3, 1],
    ])
      expectElements(head('uint8', dimensions), expected, 'images.gz');
    expect(() => expectElements(head('uint8', [7, 2, 3, 3]), expected, 'images.gz')).toThrow(
      expect.objectContaining({ code: 'IDX_DIMENSIONS', expected: '7 x 2 x 3' }),
    );
  });
});

describe('expectLabels', () => {
  it('takes labels of every class', () => {
    expectLabels(Int32Array.of(0, 9, 5), 0, 10, 'labels.gz');
    expectLabels(Int32Array.of(0, 255), 0, 256, 'labels.gz');
    expectLabels(new Int32Array(0), 0, 1, 'labels.gz');
  });

  it('refuses the first label that names no class', () => {
    expect(() => expectLabels(Int32Array.of(0, 9, 10, 200), 0, 10, 'labels.gz')).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'LABEL_RANGE',
        message: 'row 2 of labels.gz has a label outside the classes',
        expected: '0 to 9',
        found: '10',
      }),
    );
  });
});

describe('expectLabels of negative numbers', () => {
  it('names the row', () => {
    expect(() => expectLabels(Int32Array.of(0, 2 ** 31 - 2, -1), 40, 2 ** 31 - 1, 'labels.gz')).toThrow(
      expect.objectContaining({
        code: 'LABEL_RANGE',
        message: 'row 42 of labels.gz has a label outside the classes',
        expected: '0 to 2147483646',
        found: '-1',
      }),
    );
  });
});

describe('expectElements of a file that may hold more rows', () => {
  const header = (rows: number) => head('uint8', [rows, 2, 3]);

  it('takes it with as many rows, or more', () => {
    for (const rows of [5, 6, 0xffffffff]) expectBytes(header(rows), [5, 2, 3], 'images.gz', true);
  });

  it('refuses fewer, and other dimensions', () => {
    const refusal = (...words: Parameters<typeof expectBytes>) => expect(() => expectBytes(...words));
    refusal(header(4), [5, 2, 3], 'images.gz', true).toThrow(
      expect.objectContaining({ code: 'COUNT_MISMATCH', expected: '5 rows or more', found: '4 rows' }),
    );
    refusal(header(6), [5, 3, 2], 'images.gz', true).toThrow(
      expect.objectContaining({ code: 'IDX_DIMENSIONS' }),
    );
    refusal(header(6), [5, 2, 3], 'images.gz').toThrow(expect.objectContaining({ code: 'COUNT_MISMATCH' }));
  });
});
