import { join } from 'node:path';
import { DTYPES, type DType, type RowFeatures, rowBytesOf } from '../../dist/src/dataset/feature.js';
import { encodeSlice, maxRecordBytes, type RowSlice } from '../../dist/src/prepare/encode-slice.js';
import { MemoryBudget } from '../../dist/src/rows/spill/memory.js';
import { type EncodedSplit, RowStore } from '../../dist/src/rows/spill/row-store.js';
import { numbers } from '../fuzz/fuzz.js';
import { bytesOf, type Content } from './content.js';

/** Rows of a split. */
export interface Rows {
  kind: 'image' | 'tensor';
  dtype: DType;
  shape: readonly number[];
  rows: number;
  labels: boolean;
  content: Content['kind'];
  seed: number;
}

/** A name for them. */
export function rowsText({ kind, dtype, shape, rows, labels, content, seed }: Rows): string {
  const what = `${rows} ${kind}s of ${[...shape, dtype].join('x')}`;
  return `${what}, ${content} (${seed})${labels ? ', labels' : ''}`;
}

/** Their features. */
export function featuresOf({ kind, dtype, shape, labels }: Rows): RowFeatures {
  const label = labels ? 'label' : undefined;
  if (kind === 'tensor') return { input: { kind, name: 'features', dtype, shape }, label };
  const [height = 1, width = 1, channels = 1] = shape;
  return { input: { kind, name: 'image', dtype: 'uint8', shape: [height, width, channels] }, label };
}

/** Their elements from one row on, as an IDX file has them; floating-point numbers are no NaNs. */
export function elementsOf(of: Rows, firstRow: number, rows: number): Uint8Array {
  const content = bytesOf({ kind: of.content, bytes: rows * rowBytesOf(of), seed: of.seed + firstRow });
  const { bytes, kind } = DTYPES[of.dtype];
  if (kind === 'float') for (let at = 0; at < content.length; at += bytes) content[at]! &= 0xbf;
  return content;
}

/** A slice of them, from one row on. */
export function sliceOf(of: Rows, firstRow: number, rows: number, keepSamples: boolean): RowSlice {
  const content = elementsOf(of, firstRow, rows);
  const elements = new Uint8Array(new SharedArrayBuffer(content.length));
  elements.set(content);
  const pick = numbers(of.seed + firstRow);
  const labels = of.labels ? Uint32Array.from({ length: rows }, () => pick(10)) : undefined;
  return {
    keys: { splitName: 'train' },
    features: featuresOf(of),
    firstRow,
    rows,
    elements,
    keepSamples,
    labels,
  };
}

const SLICE_ROWS = 50;
/** Bytes of a budget that sends every row to a scratch file, and of one that sends none. */
const LITTLE = 2 ** 20;
const MUCH = 2 ** 28;

/** The rows, encoded: in memory, or spilled to a scratch file of the folder. */
export function encodedSplit(of: Rows, keepSamples: boolean, spilled: boolean, folder: string): EncodedSplit {
  const budget = new MemoryBudget(spilled ? LITTLE : MUCH);
  if (spilled) budget.keep(LITTLE);
  const store = new RowStore({
    keys: { splitName: 'train' },
    rows: of.rows,
    sliceRows: SLICE_ROWS,
    recordBytes: maxRecordBytes(featuresOf(of)),
    sampleBytes: keepSamples ? rowBytesOf(of) : 0,
    threads: 1,
    budget,
    scratchPath: join(folder, 'scratch'),
  });
  for (let first = 0; first < of.rows; first += SLICE_ROWS)
    store.add(encodeSlice(sliceOf(of, first, Math.min(SLICE_ROWS, of.rows - first), keepSamples)));
  return store.finish();
}
