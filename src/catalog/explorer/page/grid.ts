import { drawing, element } from './dom.js';
import type { Reader } from './reader.js';
import type { Rows } from './rows.js';
import { Sheets } from './sheets.js';

/** Browsers make no box much higher than this: where all rows would be, scrolling goes in longer steps. In CSS pixels. */
const MAX_HEIGHT = 8_000_000;
/** Around an image, and below it where its class is written there. */
const GAP = 4;
const CAPTION = 16;
/** Smaller images have no caption. */
const LEAST_WITH_CAPTION = 44;

/** What the grid tells of. */
export interface GridEvents {
  /** An example was chosen by a click or by Enter: its place in the list. */
  onOpen: (position: number) => void;
  /** The example under the cursor. */
  onCursor: (position: number) => void;
  onError: (error: unknown) => void;
}

/** Any number of images in a box that scrolls: only those that are seen are drawn, on a canvas of the box's size. */
export class Grid {
  readonly box: HTMLElement;
  list: Uint32Array = new Uint32Array(0);
  readonly #rows: Rows;
  readonly #reader: Reader;
  readonly #events: GridEvents;
  readonly #spacer = element('div', { class: 'spacer' });
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #sheets: Sheets | undefined;
  #side = 56;
  #cursor = 0;
  #isDue = false;

  constructor(rows: Rows, reader: Reader, events: GridEvents) {
    this.#rows = rows;
    this.#reader = reader;
    this.#events = events;
    ({ canvas: this.#canvas, context: this.#context } = drawing(1, 1));
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.box = element(
      'div',
      {
        class: 'grid',
        id: 'grid',
        tabindex: 0,
        role: 'application',
        'aria-label':
          'Images. The arrow keys move from image to image, Page Up, Page Down, Home and End further, Enter opens the example.',
        'aria-describedby': 'cursor',
        scroll: () => this.draw(),
        keydown: (event) => this.#onKey(event),
        click: (event) => this.#onClick(event),
        focus: () => {
          if (this.list.length > 0) this.#events.onCursor(this.#cursor);
          this.draw();
        },
        blur: () => this.draw(),
      },
      this.#canvas,
      this.#spacer,
    );
    new ResizeObserver(() => this.#layOut()).observe(this.box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  /** Shows other rows, from the first on. */
  show(list: Uint32Array): void {
    this.list = list;
    this.#cursor = 0;
    this.#sheets?.close();
    this.#sheets = new Sheets(
      this.#reader,
      list,
      () => this.draw(),
      (error) => this.#events.onError(error),
    );
    this.#layOut();
    this.box.scrollTop = 0;
    this.draw();
  }

  /** Shows images in another size, with the cursor's example where it is seen. */
  set side(side: number) {
    this.#side = side;
    this.#layOut();
    this.moveTo(this.#cursor);
  }

  /** Puts the cursor on a place in the list, and scrolls there. */
  moveTo(position: number): void {
    if (this.list.length === 0) return;
    this.#cursor = Math.min(Math.max(position, 0), this.list.length - 1);
    const top = Math.floor(this.#cursor / this.#columns) * this.#cellHeight;
    const view = this.box.clientHeight;
    const offset = this.#offset;
    if (top < offset) this.#offset = top;
    else if (top + this.#cellHeight > offset + view) this.#offset = top + this.#cellHeight - view + GAP;
    this.#events.onCursor(this.#cursor);
    this.draw();
  }

  /** Draws in the browser's next frame. */
  draw(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#paint();
    });
  }

  get #columns(): number {
    return Math.max(1, Math.floor((this.box.clientWidth - GAP) / (this.#side + GAP)));
  }

  /** From one image to the next in a line: what is left over of the width is shared out between them. */
  get #cellWidth(): number {
    return Math.max(this.#side + GAP, Math.floor((this.box.clientWidth - GAP) / this.#columns));
  }

  get #cellHeight(): number {
    return this.#side + GAP + (this.#hasCaptions ? CAPTION : 0);
  }

  get #hasCaptions(): boolean {
    return this.#rows.labels.length > 0 && this.#side >= LEAST_WITH_CAPTION;
  }

  /** Height of all rows of images. */
  get #height(): number {
    return Math.ceil(this.list.length / this.#columns) * this.#cellHeight + GAP;
  }

  /** How far the first line that is seen is from the top, were the box as high as all rows of images. */
  get #offset(): number {
    const { scrollTop, clientHeight } = this.box;
    if (this.#height <= MAX_HEIGHT) return scrollTop;
    return (scrollTop / (MAX_HEIGHT - clientHeight)) * (this.#height - clientHeight);
  }

  set #offset(offset: number) {
    const { clientHeight } = this.box;
    this.box.scrollTop =
      this.#height <= MAX_HEIGHT
        ? offset
        : (offset / (this.#height - clientHeight)) * (MAX_HEIGHT - clientHeight);
  }

  #layOut(): void {
    const { clientWidth, clientHeight } = this.box;
    const scale = devicePixelRatio;
    const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)];
    if (this.#canvas.width !== width || this.#canvas.height !== height)
      Object.assign(this.#canvas, { width, height });
    Object.assign(this.#canvas.style, { width: `${clientWidth}px`, height: `${clientHeight}px` });
    this.#spacer.style.height = `${Math.max(0, Math.min(this.#height, MAX_HEIGHT) - clientHeight)}px`;
    this.draw();
  }

  #paint(): void {
    const context = this.#context;
    const { clientWidth, clientHeight } = this.box;
    const style = getComputedStyle(this.box);
    const [tint, quiet] = [style.getPropertyValue('--tint'), style.getPropertyValue('--quiet')];
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    context.imageSmoothingEnabled = this.#side < Math.max(...this.#reader.small.slice(0, 2));
    context.font = `12px ${style.fontFamily}`;
    context.textBaseline = 'top';
    const offset = this.#offset;
    const columns = this.#columns;
    const cellWidth = this.#cellWidth;
    const left = Math.round((clientWidth - columns * cellWidth + cellWidth - this.#side) / 2);
    const first = Math.max(0, Math.floor((offset - GAP) / this.#cellHeight)) * columns;
    const last = Math.min(
      this.list.length - 1,
      (Math.floor((offset + clientHeight) / this.#cellHeight) + 1) * columns - 1,
    );
    this.box.dataset['shown'] = `${first}-${last}`;
    if (last < first) return;
    this.#sheets?.want(first, last);
    let waiting = 0;
    for (let position = first; position <= last; position++) {
      const x = left + (position % columns) * cellWidth;
      const y = GAP + Math.floor(position / columns) * this.#cellHeight - Math.round(offset);
      if (!this.#paintImage(position, x, y, tint)) waiting++;
      if (this.#hasCaptions) {
        context.fillStyle = quiet;
        context.fillText(
          this.#rows.className(this.list[position] ?? 0) ?? '',
          x,
          y + this.#side + 2,
          this.#side,
        );
      }
      if (position === this.#cursor && document.activeElement === this.box) {
        context.strokeStyle = style.getPropertyValue('--accent');
        context.lineWidth = 3;
        context.strokeRect(x - 1.5, y - 1.5, this.#side + 3, this.#side + 3);
      }
    }
    this.box.setAttribute('aria-busy', String(waiting > 0));
  }

  /** Draws an image into its square, in its own proportions; `false` where it is not there yet. */
  #paintImage(position: number, x: number, y: number, empty: string): boolean {
    const placed = this.#sheets?.at(position);
    const side = this.#side;
    if (placed === undefined) {
      this.#context.fillStyle = empty;
      this.#context.fillRect(x, y, side, side);
      return false;
    }
    const [height, width] = this.#reader.small;
    const scale = side / Math.max(width, height);
    const [outWidth, outHeight] = [width * scale, height * scale];
    const [left, top] = [x + (side - outWidth) / 2, y + (side - outHeight) / 2];
    this.#context.drawImage(placed.sheet, placed.x, placed.y, width, height, left, top, outWidth, outHeight);
    return true;
  }

  #onKey(event: Event): void {
    if (!(event instanceof KeyboardEvent) || event.ctrlKey || event.metaKey || event.altKey) return;
    const columns = this.#columns;
    const lines = Math.max(1, Math.floor(this.box.clientHeight / this.#cellHeight));
    const page = columns * lines;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
      Home: -this.#cursor,
      End: this.list.length - 1 - this.#cursor,
    };
    const step = steps[event.key];
    if (Math.abs(step ?? 0) === page) this.#offset += Math.sign(step ?? 0) * lines * this.#cellHeight;
    if (step !== undefined) this.moveTo(this.#cursor + step);
    else if (event.key === 'Enter' && this.list.length > 0) this.#events.onOpen(this.#cursor);
    else return;
    event.preventDefault();
  }

  #onClick(event: Event): void {
    if (!(event instanceof MouseEvent)) return;
    const { left, top } = this.box.getBoundingClientRect();
    const margin = (this.box.clientWidth - this.#columns * this.#cellWidth) / 2;
    const column = Math.floor((event.clientX - left - margin) / this.#cellWidth);
    const line = Math.floor((event.clientY - top - GAP / 2 + this.#offset) / this.#cellHeight);
    const position = line * this.#columns + column;
    if (column < 0 || column >= this.#columns || position >= this.list.length) return;
    this.moveTo(position);
    this.#events.onOpen(position);
  }
}
