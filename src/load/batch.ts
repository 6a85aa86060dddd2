import { type CellReader, type Column, cellOf } from './cells.js';
import type { BatchValue } from './kinds.js';
import { inFile, type PlacedRow } from './rows.js';

/** The name of an example's place, where no feature has it. */
export const PLACE = 'place';

/** A batch while it fills. */
export class OpenBatch {
  readonly rows: number;
  readonly #columns: readonly { name: string; column: Column }[];
  readonly #places: Int32Array;
  #filled = 0;

  /** Room for as many rows, of what the readers take out of them. */
  constructor(readers: readonly CellReader[], rows: number) {
    this.rows = rows;
    this.#columns = readers.map((reader) => ({ name: reader.name, column: reader.column(rows) }));
    this.#places = new Int32Array(rows);
  }

  /**
   * Takes the next row; true where the batch is full with it.
   *
   * @throws {DatasetError} as the readers do, naming file and record
   */
  push({ row, place, file, record }: PlacedRow): boolean {
    try {
      for (const { name, column } of this.#columns) column.push(cellOf(row, name));
    } catch (error) {
      throw inFile(error, file, record);
    }
    this.#places[this.#filled++] = place;
    return this.#filled === this.rows;
  }

  /** What a full batch holds, the places of its rows among it where that is asked for. */
  values(withPlace: boolean): Record<string, BatchValue> {
    const batch: Record<string, BatchValue> = withPlace ? { [PLACE]: this.#places } : {};
    for (const { name, column } of this.#columns) batch[name] = column.values();
    return batch;
  }
}
