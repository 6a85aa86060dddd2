import type { RowSpan } from '../dataset/split-definition.js';
import type { RowSlice } from './encode-slice.js';
import type { SliceBuffer, SliceBuffers } from './slice-buffers.js';

/** A slice of which rows are still to come. */
export interface OpenSlice {
  /** Number of its first row in the split. */
  readonly firstRow: number;
  /** Number of the row behind its last one. */
  readonly end: number;
  /** Memory for its rows' elements. */
  readonly elements: Uint8Array<SharedArrayBuffer>;
  /** Whether the elements are little-endian: set by who brings the first of them. */
  littleEndian: boolean | undefined;
  /** For their labels, where they have labels. */
  readonly labels: Uint32Array | undefined;
}

/** What a slice is, beside what is in it. */
export interface SliceShape {
  /** The rows that slices are made of, by their numbers in the split: the first of them begins a slice. */
  range: RowSpan;
  /** Rows of each slice but the last. */
  sliceRows: number;
  hasLabels: boolean;
}

/** What is sent to a worker of a slice that is full. */
export type FullSlice = Pick<RowSlice, 'firstRow' | 'rows' | 'elements' | 'littleEndian' | 'labels' | 'room'>;

/**
 * The slices of a split while their rows come, from one archive or from several at once: one archive may have the first rows of a
 * slice and another the last. A slice that is full goes to `encode`, and its memory serves another when that has ended.
 */
export class SliceFiller {
  readonly #shape: SliceShape;
  readonly #buffers: SliceBuffers;
  readonly #encode: (slice: FullSlice) => Promise<void>;
  readonly #open = new Map<number, Promise<FillingSlice>>();

  constructor(shape: SliceShape, buffers: SliceBuffers, encode: (slice: FullSlice) => Promise<void>) {
    this.#shape = shape;
    this.#buffers = buffers;
    this.#encode = encode;
  }

  /** The slice that a row belongs to, as soon as there is memory for it; rejects when a slice has failed. */
  at(row: number): Promise<OpenSlice> {
    const number = this.#numberOf(row);
    const open = this.#open.get(number) ?? this.#begin(number);
    this.#open.set(number, open);
    return open;
  }

  /** Notes that so many rows more of the slice of a row are there. */
  async filled(row: number, rows: number): Promise<void> {
    const number = this.#numberOf(row);
    const slice = await this.#open.get(number);
    if (slice === undefined) throw new Error(`the slice of row ${row} is not open`);
    slice.missing -= rows;
    if (slice.missing > 0) return;
    this.#open.delete(number);
    const { firstRow, end, elements, littleEndian, labels, buffer } = slice;
    const { room } = buffer;
    this.#encode({ firstRow, rows: end - firstRow, elements, littleEndian, labels, room }).then(
      () => this.#buffers.give(buffer),
      (error: unknown) => this.#buffers.fail(error),
    );
  }

  #numberOf(row: number): number {
    const { range, sliceRows } = this.#shape;
    return Math.floor((row - range.start) / sliceRows);
  }

  async #begin(number: number): Promise<FillingSlice> {
    const { range, sliceRows, hasLabels } = this.#shape;
    const buffer = await this.#buffers.take();
    const firstRow = range.start + number * sliceRows;
    const end = Math.min(firstRow + sliceRows, range.end);
    const labels = hasLabels ? new Uint32Array(end - firstRow) : undefined;
    const { elements } = buffer;
    return { firstRow, end, elements, littleEndian: undefined, labels, buffer, missing: end - firstRow };
  }
}

/** An open slice, with what is only the filler's. */
interface FillingSlice extends OpenSlice {
  buffer: SliceBuffer;
  /** Rows that have not come. */
  missing: number;
}
