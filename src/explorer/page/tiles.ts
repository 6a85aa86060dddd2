import { drawing, element } from './dom.js';
import { SHEET_COLUMNS, SHEET_IMAGES } from './messages.js';
import type { Reader } from './reader.js';
import type { Rows } from './rows.js';

/** A button with an example's image, which opens the example. */
export interface Tile {
  row: number;
  button: HTMLButtonElement;
  canvas: HTMLCanvasElement;
}

/** Tiles for single examples, drawn together. */
export class Tiles {
  readonly #rows: Rows;
  readonly #reader: Reader;
  readonly #onOpen: (row: number) => void;
  #undrawn: Tile[] = [];

  constructor(rows: Rows, reader: Reader, onOpen: (row: number) => void) {
    this.#rows = rows;
    this.#reader = reader;
    this.#onOpen = onOpen;
  }

  /** A tile, not drawn yet, with a text under it. */
  tile(row: number, caption: string): HTMLButtonElement {
    const [height, width] = this.#reader.small;
    const { canvas } = drawing(width, height);
    const said = caption === '' ? this.#rows.say(row) : `${this.#rows.say(row)}: ${caption}`;
    const button = element(
      'button',
      { type: 'button', class: 'tile', 'aria-label': said, title: said, click: () => this.#onOpen(row) },
      canvas,
      ...(caption === '' ? [] : [element('span', {}, caption)]),
    );
    this.#undrawn.push({ row, button, canvas });
    return button;
  }

  /** Draws the tiles that were made since it was called last. */
  async draw(): Promise<void> {
    const tiles = this.#undrawn;
    this.#undrawn = [];
    const [height, width] = this.#reader.small;
    for (let start = 0; start < tiles.length; start += SHEET_IMAGES) {
      const part = tiles.slice(start, start + SHEET_IMAGES);
      const sheet = await this.#reader.sheet(Uint32Array.from(part, ({ row }) => row));
      const columns = Math.min(SHEET_COLUMNS, part.length);
      for (const [at, { canvas }] of part.entries()) {
        const [x, y] = [(at % columns) * width, Math.floor(at / columns) * height];
        canvas.getContext('2d')?.drawImage(sheet, x, y, width, height, 0, 0, width, height);
      }
      sheet.close();
    }
  }
}
