import { type Shape, shapeWithin } from '../../reduce.js';
import type { ExplorerData } from '../data.js';
import type { Answers, NumberedAnswer, NumberedQuestion, Question, WholeExample } from './messages.js';

/** The longest side of an image in the grid. */
const SMALL_SIDE = 64;

/** The page's end of the worker that reads the shards. */
export class Reader {
  /** Shape of the small images in sheets. */
  readonly small: Shape;
  readonly #worker = new Worker('explorer-worker.js');
  readonly #waiting = new Map<number, (answer: NumberedAnswer) => void>();
  #asked = 0;

  constructor(shape: Shape) {
    this.small = shapeWithin(shape, SMALL_SIDE);
    this.#worker.addEventListener('message', ({ data }: MessageEvent<NumberedAnswer>) => {
      this.#waiting.get(data.id)?.(data);
      this.#waiting.delete(data.id);
    });
    this.#worker.addEventListener('error', ({ message }) => {
      for (const [id, settle] of this.#waiting)
        settle({ id, error: message || 'explorer-worker.js does not run here' });
      this.#waiting.clear();
    });
  }

  /** Opens the shards; gives whether the server gave whole files where parts were asked for. */
  async open(data: ExplorerData, image: string, shape: Shape): Promise<boolean> {
    const { splits, label } = data;
    const opening = { splits, image, label, shape, small: this.small };
    const opened = await this.#ask({ kind: 'open', opening });
    return typeof opened === 'object' && 'wholeFiles' in opened && opened.wholeFiles;
  }

  async labels(): Promise<Int32Array> {
    const labels = await this.#ask({ kind: 'labels' });
    if (labels instanceof Int32Array) return labels;
    throw new Error('the worker gave no labels');
  }

  async sheet(rows: Uint32Array): Promise<ImageBitmap> {
    const sheet = await this.#ask({ kind: 'sheet', rows });
    if (sheet instanceof ImageBitmap) return sheet;
    throw new Error('the worker gave no sheet');
  }

  async example(row: number): Promise<WholeExample> {
    const example = await this.#ask({ kind: 'example', row });
    if ('encoded' in example) return example;
    throw new Error('the worker gave no example');
  }

  async #ask(question: Question): Promise<Answers[keyof Answers]> {
    const id = ++this.#asked;
    const asked: NumberedQuestion = { id, question };
    const answer = await new Promise<NumberedAnswer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage(asked);
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.answer;
  }
}
