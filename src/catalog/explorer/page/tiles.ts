import { drawing, element } from './dom.js';
import { SHEET_COLUMNS } from './messages.js';
import type { Reader } from './reader.js';
import type { Rows } from './rows.js';

/** A tile is drawn when it is this near to what is seen. */
const AHEAD = '400px';

/** Buttons with an example's image, which open the example. An image is read when its tile comes near to what is seen. */
export class Tiles {
  readonly #rows: Rows;
  readonly #reader: Reader;
  readonly #onOpen: (row: number) => void;
  readonly #rowOf = new WeakMap<Element, number>();
  readonly #observer = new IntersectionObserver((entries) => this.#onNear(entries), { rootMargin: AHEAD });

  constructor(rows: Rows, reader: Reader, onOpen: (row: number) => void) {
    this.#rows = rows;
    this.#reader = reader;
    this.#onOpen = onOpen;
  }

  /** A tile with a text under it, or none. */
  tile(row: number, caption: string): HTMLButtonElement {
    const [height, width] = this.#reader.small;
    const { canvas } = drawing(width, height);
    const said = caption === '' ? this.#rows.say(row) : `${this.#rows.say(row)}: ${caption}`;
    this.#rowOf.set(canvas, row);
    this.#observer.observe(canvas);
    return element(
      'button',
      { type: 'button', class: 'tile', 'aria-label': said, title: said, click: () => this.#onOpen(row) },
      canvas,
      ...(caption === '' ? [] : [element('span', caption)]),
    );
  }

  #onNear(entries: readonly IntersectionObserverEntry[]): void {
    const near = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
    for (const target of near) this.#observer.unobserve(target);
    const canvases = near.filter((target) => target instanceof HTMLCanvasElement);
    // What cannot be read stays empty: the grid says what is wrong.
    if (canvases.length > 0) this.#draw(canvases).catch(() => {});
  }

  async #draw(canvases: readonly HTMLCanvasElement[]): Promise<void> {
    const [height, width] = this.#reader.small;
    const rows = Uint32Array.from(canvases, (canvas) => this.#rowOf.get(canvas) ?? 0);
    const sheet = await this.#reader.sheet(rows);
    const columns = Math.min(SHEET_COLUMNS, rows.length);
    for (const [at, canvas] of canvases.entries()) {
      const [x, y] = [(at % columns) * width, Math.floor(at / columns) * height];
      canvas.getContext('2d')?.drawImage(sheet, x, y, width, height, 0, 0, width, height);
      canvas.dataset['drawn'] = '';
    }
    sheet.close();
  }
}
