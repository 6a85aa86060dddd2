import { reduceImage } from '../../reduce.js';
import {
  type Answers,
  messageOf,
  type NumberedAnswer,
  type NumberedQuestion,
  type Opening,
  type Question,
  SHEET_COLUMNS,
  type WholeExample,
} from './messages.js';
import { decodeImage, toRgba } from './samples.js';
import { type EncodedRow, ShardImages } from './shard-images.js';

// The page's worker: it reads the shards and decodes images, so that the page itself scrolls on.

/** Encoded rows that are kept, by their bytes. */
const MAX_KEPT_BYTES = 96 * 2 ** 20;

interface OpenShard {
  images: ShardImages;
  file: string;
  /** Row of the data set that it begins with. */
  start: number;
}

class Shards {
  readonly opening: Opening;
  readonly #shards: OpenShard[] = [];
  /** Units that were read, the one used last at the end. */
  readonly #units = new Map<string, Promise<EncodedRow[]>>();
  readonly #sizes = new Map<string, number>();

  constructor(opening: Opening) {
    this.opening = opening;
    let start = 0;
    for (const { file, bytes, rows } of opening.splits.flatMap(({ shards }) => shards)) {
      const images = new ShardImages(`../${encodeURIComponent(file)}`, bytes, rows, opening.image);
      this.#shards.push({ images, file, start });
      start += rows;
    }
  }

  /** Reads the end of the first shard, which shows whether all is well. */
  async check(): Promise<{ wholeFiles: boolean }> {
    const [first] = this.#shards;
    await first?.images.unitOf(0);
    return { wholeFiles: first?.images.file.isWhole ?? false };
  }

  async labels(column: string): Promise<Int32Array<ArrayBuffer>> {
    const parts = await Promise.all(this.#shards.map(({ images }) => images.labels(column)));
    return Int32Array.from(parts.flat());
  }

  /** Where a row is, and it. */
  async row(number: number): Promise<{ shard: OpenShard; rowInFile: number; row: EncodedRow }> {
    const shard = this.#shards.findLast(({ start }) => start <= number);
    if (shard === undefined) throw new Error(`there is no row ${number}`);
    const rowInFile = number - shard.start;
    const unit = await shard.images.unitOf(rowInFile);
    const rows = await this.#unit(`${shard.start}:${unit.start}`, () => shard.images.read(unit));
    const row = rows[rowInFile - unit.start];
    if (row === undefined) throw new Error(`${shard.file} has no row ${rowInFile}`);
    return { shard, rowInFile, row };
  }

  #unit(key: string, read: () => Promise<EncodedRow[]>): Promise<EncodedRow[]> {
    const known = this.#units.get(key);
    this.#units.delete(key);
    const unit = known ?? this.#read(key, read);
    this.#units.set(key, unit);
    return unit;
  }

  async #read(key: string, read: () => Promise<EncodedRow[]>): Promise<EncodedRow[]> {
    try {
      const rows = await read();
      this.#sizes.set(
        key,
        rows.reduce((sum, { bytes }) => sum + bytes.length, 0),
      );
      this.#forget();
      return rows;
    } catch (error) {
      // It may be there when it is asked for once more.
      this.#units.delete(key);
      throw error;
    }
  }

  #forget(): void {
    let total = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const key of this.#units.keys()) {
      const size = this.#sizes.get(key);
      if (total <= MAX_KEPT_BYTES || this.#units.size === 1) return;
      if (size === undefined) continue;
      this.#units.delete(key);
      this.#sizes.delete(key);
      total -= size;
    }
  }
}

/** Small images side by side; one that has another shape than the features say is left out. */
async function sheet(shards: Shards, rows: Uint32Array): Promise<ImageBitmap> {
  const { shape, small } = shards.opening;
  const [height, width] = small;
  const columns = Math.min(SHEET_COLUMNS, rows.length);
  const whole = new ImageData(columns * width, Math.ceil(rows.length / columns) * height);
  const pixels = new Uint32Array(whole.data.buffer);
  const reduced = new Uint8Array(height * width * 4);
  for (const [at, number] of rows.entries()) {
    const { row } = await shards.row(number);
    const samples = await decodeImage(row.bytes);
    if (samples.height !== shape[0] || samples.width !== shape[1]) continue;
    const rgba = toRgba(samples);
    reduceImage(new Uint8Array(rgba.buffer), [shape[0], shape[1], 4], [height, width, 4], reduced);
    const own = new Uint32Array(reduced.buffer);
    const corner = Math.floor(at / columns) * height * whole.width + (at % columns) * width;
    for (let y = 0; y < height; y++)
      pixels.set(own.subarray(y * width, (y + 1) * width), corner + y * whole.width);
  }
  return createImageBitmap(whole);
}

async function example(shards: Shards, number: number): Promise<WholeExample> {
  const { shard, rowInFile, row } = await shards.row(number);
  const samples = await decodeImage(row.bytes);
  const bitmap = await createImageBitmap(new ImageData(toRgba(samples), samples.width, samples.height));
  return { encoded: Uint8Array.from(row.bytes), path: row.path, file: shard.file, rowInFile, bitmap };
}

let shards: Shards | undefined;

async function answer(question: Question): Promise<Answers[Question['kind']]> {
  if (question.kind === 'open') {
    shards = new Shards(question.opening);
    return shards.check();
  }
  if (shards === undefined) throw new Error('nothing was opened');
  if (question.kind === 'sheet') return sheet(shards, question.rows);
  if (question.kind === 'example') return example(shards, question.row);
  return shards.opening.label === null ? new Int32Array(0) : shards.labels(shards.opening.label);
}

function transferred(answer: Answers[Question['kind']]): Transferable[] {
  if (answer instanceof ImageBitmap) return [answer];
  if (answer instanceof Int32Array) return [answer.buffer];
  return 'bitmap' in answer ? [answer.bitmap, answer.encoded.buffer] : [];
}

self.addEventListener('message', async ({ data }: MessageEvent<NumberedQuestion>) => {
  const { id, question } = data;
  // The types are a window's; a worker posts without an origin.
  const post = (message: NumberedAnswer, transfer: Transferable[]): void =>
    self.postMessage(message, { transfer });
  try {
    const given = await answer(question);
    post({ id, answer: given }, transferred(given));
  } catch (error) {
    post({ id, error: messageOf(error) }, []);
  }
});
