import type { Detail } from './detail.js';
import { choice, controls, element, whole } from './dom.js';
import { Grid } from './grid.js';
import { messageOf } from './messages.js';
import type { Reader } from './reader.js';
import type { Rows } from './rows.js';
import { classChoices, section } from './sections.js';

/** Sides of the images in the grid, in CSS pixels. */
const SIDES = [
  ['28', 'small'],
  ['56', 'medium'],
  ['112', 'large'],
] as const;

/** The part of the page where all examples are: what is chosen, and the grid. */
export class Browse {
  readonly part: HTMLElement;
  readonly #rows: Rows;
  readonly #grid: Grid;
  readonly #count = element('output', { id: 'count' });
  readonly #cursor = element('p', { id: 'cursor', class: 'note', 'aria-live': 'polite' });
  readonly #fault = element('p', { class: 'fault', role: 'alert' });
  readonly #split: HTMLSelectElement;
  readonly #class: HTMLSelectElement;
  readonly #index = element('input', { type: 'text', inputmode: 'numeric', size: 7, autocomplete: 'off' });

  constructor(rows: Rows, reader: Reader, detail: Detail) {
    this.#rows = rows;
    const { data } = rows;
    this.#grid = new Grid(rows, reader, {
      onOpen: (position) => detail.open(this.#grid.list, position),
      onCursor: (position) => this.#say(position),
      onError: (error) => {
        this.#fault.textContent = messageOf(error);
      },
    });
    const names = data.splits.map(({ name }) => [name, name] as const);
    const split = choice('Split', [['', 'all'], ...names], () => this.#select());
    const classes = choice('Class', classChoices(data), () => this.#select());
    const size = choice('Size', SIDES, (side) => {
      this.#grid.side = Number(side);
    });
    size.select.value = '56';
    this.#split = split.select;
    this.#class = classes.select;
    const search = element(
      'form',
      {
        role: 'search',
        submit: (event) => {
          event.preventDefault();
          this.#find();
        },
      },
      element('label', 'Index', this.#index),
      element('button', { type: 'submit' }, 'Go'),
    );
    this.part = section(
      'browse',
      'All examples',
      controls(split.field, ...(data.label === null ? [] : [classes.field]), size.field, search, this.#count),
      this.#fault,
      this.#grid.box,
      this.#cursor,
    );
    this.#select();
  }

  /** Shows one class, and goes there. */
  showClass(label: number): void {
    this.#split.value = '';
    this.#class.value = String(label);
    this.#select();
    this.part.scrollIntoView();
    this.#grid.box.focus({ preventScroll: true });
  }

  #select(): void {
    const { value: split } = this.#split;
    const { value: label } = this.#class;
    const list = this.#rows.select(
      split === '' ? undefined : split,
      label === '' ? undefined : Number(label),
    );
    this.#grid.show(list);
    this.#count.textContent = `${whole(list.length)} ${list.length === 1 ? 'example' : 'examples'}`;
    this.#cursor.textContent =
      list.length === 0 ? 'None.' : 'Click an image, or press Enter on it, to see it whole.';
    this.#fault.textContent = '';
  }

  #say(position: number): void {
    this.#cursor.textContent = this.#rows.say(this.#grid.list[position] ?? 0);
  }

  /** Goes to the row of an index: of the split that is chosen, or of the first. */
  #find(): void {
    const split =
      this.#rows.data.splits.find(({ name }) => name === this.#split.value) ?? this.#rows.data.splits[0];
    if (split === undefined) return;
    const text = this.#index.value.trim().replaceAll(',', '');
    const isThere = /^\d+$/.test(text) && Number(text) < split.rows;
    this.#fault.textContent = isThere ? '' : `${split.name} has the indices 0 to ${whole(split.rows - 1)}.`;
    if (!isThere) return;
    const row = this.#rows.range(split.name)[0] + Number(text);
    if (!this.#grid.list.includes(row)) {
      this.#class.value = '';
      this.#select();
    }
    this.#grid.box.focus({ preventScroll: true });
    this.#grid.moveTo(this.#grid.list.indexOf(row));
  }
}
