import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { ShardTask } from '../formats/formats.js';
import type { ShuffleFile, ShuffleTask } from '../formats/shuffle/write.js';
import type { WrittenFile } from '../fs/file-sink.js';
import { packageRoot } from '../fs/package-root.js';
import type { EncodedSlice } from '../rows/slice.js';
import { type Answer, unwrap } from './answer.js';
import type { RowSlice } from './encode-slice.js';

const ENCODE_SLICE = entry('encode-slice');
const WRITE_SHARD = entry('write-shard');
const WRITE_SHUFFLE_FILE = entry('write-shuffle-file');

function entry(name: string): string {
  return fileURLToPath(new URL(`dist/workers/${name}.cjs`, packageRoot));
}

/**
 * What a worker leaves behind is short-lived and little: more room for it would fill up before it is collected. Some 10 MiB
 * less at the peak of MNIST, in the same time.
 */
const YOUNG_GENERATION_MIB = 4;

/** The workers of one run: they encode slices and write shards. */
export class WorkerPool {
  /** How many workers there are. */
  readonly threads: number;
  readonly #piscina: Piscina;

  /** Starts `threads` workers at once: they load their code while the archives are opened. */
  constructor(threads: number) {
    this.threads = threads;
    this.#piscina = new Piscina({
      filename: ENCODE_SLICE,
      minThreads: threads,
      maxThreads: threads,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
    });
  }

  /** Encodes the rows of a slice; its pixels may be overwritten when the promise settles. */
  async encodeSlice(slice: RowSlice): Promise<EncodedSlice> {
    const answer: Answer<EncodedSlice> = await this.#piscina.run(slice);
    return unwrap(answer);
  }

  /** Writes a shard to a new file. */
  async writeShard(task: ShardTask): Promise<WrittenFile> {
    const answer: Answer<WrittenFile> = await this.#piscina.run(task, { filename: WRITE_SHARD });
    return unwrap(answer);
  }

  /** Writes rows to a new shuffle file. */
  async writeShuffleFile(task: ShuffleTask): Promise<ShuffleFile> {
    const answer: Answer<ShuffleFile> = await this.#piscina.run(task, { filename: WRITE_SHUFFLE_FILE });
    return unwrap(answer);
  }

  /** Ends the workers, whatever they are at. */
  async destroy(): Promise<void> {
    // The answer to a task that is dropped here may be on its way: Piscina calls its coming an error, which nobody else hears.
    this.#piscina.on('error', () => {});
    await this.#piscina.destroy();
  }
}
