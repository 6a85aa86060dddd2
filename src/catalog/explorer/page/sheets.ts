import { SHEET_COLUMNS, SHEET_IMAGES } from './messages.js';
import type { Reader } from './reader.js';

const MAX_KEPT_BYTES = 128 * 2 ** 20;
/** How many sheets are asked for before the first has come; those that are no longer seen by then are not asked for at all. */
const AT_ONCE = 2;

/** Where an image stands in a sheet. */
export interface Placed {
  sheet: ImageBitmap;
  x: number;
  y: number;
}

/** The sheets of a list of rows, read as they are needed, and forgotten when others are needed more. */
export class Sheets {
  readonly #reader: Reader;
  readonly #list: Uint32Array;
  readonly #onSheet: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #most: number;
  /** By their numbers, the one used last at the end. */
  readonly #kept = new Map<number, ImageBitmap>();
  readonly #asked = new Set<number>();
  #wanted: number[] = [];
  #isClosed = false;

  constructor(reader: Reader, list: Uint32Array, onSheet: () => void, onError: (error: unknown) => void) {
    this.#reader = reader;
    this.#list = list;
    this.#onSheet = onSheet;
    this.#onError = onError;
    const [height, width] = reader.small;
    this.#most = Math.max(8, Math.floor(MAX_KEPT_BYTES / (height * width * 4 * SHEET_IMAGES)));
  }

  /** Says which images of the list are seen, so that their sheets are read, and then those before and behind them. */
  want(first: number, last: number): void {
    const [low, high] = [Math.floor(first / SHEET_IMAGES), Math.floor(last / SHEET_IMAGES)];
    const end = Math.ceil(this.#list.length / SHEET_IMAGES);
    const seen = Array.from({ length: high - low + 1 }, (_, at) => low + at);
    this.#wanted = [...seen, high + 1, low - 1, high + 2].filter((number) => number >= 0 && number < end);
    for (const number of seen) {
      const sheet = this.#kept.get(number);
      if (sheet === undefined) continue;
      this.#kept.delete(number);
      this.#kept.set(number, sheet);
    }
    this.#ask();
  }

  /** Where an image of the list is, if it is there yet. */
  at(position: number): Placed | undefined {
    const number = Math.floor(position / SHEET_IMAGES);
    const sheet = this.#kept.get(number);
    if (sheet === undefined) return undefined;
    const columns = Math.min(SHEET_COLUMNS, this.#list.length - number * SHEET_IMAGES);
    const own = position - number * SHEET_IMAGES;
    const [height, width] = this.#reader.small;
    return { sheet, x: (own % columns) * width, y: Math.floor(own / columns) * height };
  }

  close(): void {
    this.#isClosed = true;
    for (const sheet of this.#kept.values()) sheet.close();
    this.#kept.clear();
  }

  #ask(): void {
    for (const number of this.#wanted) {
      if (this.#asked.size >= AT_ONCE) return;
      if (this.#kept.has(number) || this.#asked.has(number)) continue;
      this.#asked.add(number);
      const rows = this.#list.slice(number * SHEET_IMAGES, (number + 1) * SHEET_IMAGES);
      this.#reader.sheet(rows).then(
        (sheet) => this.#take(number, sheet),
        (error: unknown) => {
          // It is asked for again when the grid is drawn the next time.
          this.#asked.delete(number);
          if (!this.#isClosed) this.#onError(error);
        },
      );
    }
  }

  #take(number: number, sheet: ImageBitmap): void {
    this.#asked.delete(number);
    if (this.#isClosed) {
      sheet.close();
      return;
    }
    this.#kept.set(number, sheet);
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size <= this.#most) break;
      old.close();
      this.#kept.delete(oldest);
    }
    this.#onSheet();
    this.#ask();
  }
}
