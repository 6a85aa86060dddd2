import { controls, drawing, element, whole } from './dom.js';
import { messageOf } from './messages.js';
import type { Reader } from './reader.js';
import type { Rows } from './rows.js';

/** The longest side of the image, in CSS pixels, as far as it is enlarged. */
const SIDE = 336;

/** The dialog that shows one example. */
export class Detail {
  readonly dialog: HTMLDialogElement;
  readonly #rows: Rows;
  readonly #reader: Reader;
  readonly #place = element('div', { class: 'whole' });
  readonly #facts = element('dl', { class: 'facts' });
  readonly #title = element('h2', { id: 'example-title' });
  readonly #save = element('a', { class: 'button' }, 'Save');
  #list: ArrayLike<number> = [];
  #at = 0;

  constructor(rows: Rows, reader: Reader) {
    this.#rows = rows;
    this.#reader = reader;
    const step = (by: number) => () => void this.#show(this.#at + by);
    this.dialog = element(
      'dialog',
      {
        id: 'example',
        'aria-labelledby': 'example-title',
        keydown: (event) => {
          if (!(event instanceof KeyboardEvent)) return;
          if (event.key === 'ArrowRight') step(1)();
          else if (event.key === 'ArrowLeft') step(-1)();
        },
        click: (event) => {
          if (event.target === this.dialog) this.dialog.close();
        },
      },
      element(
        'div',
        { class: 'example' },
        this.#place,
        element('div', this.#title, this.#facts),
        controls(
          element('button', { type: 'button', click: step(-1) }, 'Previous'),
          element('button', { type: 'button', click: step(1) }, 'Next'),
          this.#save,
          element('button', { type: 'button', click: () => this.dialog.close() }, 'Close'),
        ),
      ),
    );
  }

  /** Opens it at one row of a list. */
  open(list: ArrayLike<number>, at: number): void {
    this.#list = list;
    if (!this.dialog.open) this.dialog.showModal();
    void this.#show(at);
  }

  async #show(at: number): Promise<void> {
    const row = this.#list[at];
    if (row === undefined) return;
    this.#at = at;
    this.#title.textContent = this.#rows.say(row);
    try {
      const { encoded, path, file, rowInFile, bitmap } = await this.#reader.example(row);
      if (this.#at !== at) return;
      const { split, index } = this.#rows.place(row);
      const name = this.#rows.className(row);
      const { canvas, context } = drawing(bitmap.width, bitmap.height);
      context.drawImage(bitmap, 0, 0);
      const scale = Math.max(1, Math.floor(SIDE / Math.max(bitmap.width, bitmap.height)));
      canvas.style.width = `${bitmap.width * scale}px`;
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', `The image of ${this.#rows.say(row)}`);
      this.#place.replaceChildren(canvas);
      this.#listFacts([
        ['Split', split],
        ['Index', whole(index)],
        ...(name === undefined ? [] : [[this.#rows.data.label ?? 'label', name] as const]),
        ['Source', path === '' ? 'not known' : path],
        ['File', `${file}, row ${whole(rowInFile)}`],
        ['Image', `${bitmap.width} x ${bitmap.height}, ${whole(encoded.length)} bytes`],
      ]);
      URL.revokeObjectURL(this.#save.href);
      this.#save.href = URL.createObjectURL(new Blob([encoded]));
      this.#save.download = path.split('/').at(-1) || `${split}-${index}.png`;
    } catch (error) {
      this.#place.replaceChildren(element('p', messageOf(error)));
    }
  }

  #listFacts(facts: readonly (readonly [string, string])[]): void {
    this.#facts.replaceChildren(
      ...facts.map(([term, fact]) => element('div', element('dt', term), element('dd', fact))),
    );
  }
}
