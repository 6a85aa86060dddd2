import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { asDiskError } from '../errors.js';
import type { ScratchFolder } from '../prepare/encode-archives.js';
import type { PrepareEvent } from '../prepare/events.js';
import { WorkerPool } from '../prepare/pool.js';

/** What a machine brings to a job: none of it changes a byte. */
export interface MachineSettings {
  /** Where it finds the archives, as `prepare` has it. */
  archives?: string | undefined;
  archivePaths?: ReadonlyMap<string, string> | undefined;
  cacheDir: string;
  /** Worker threads (default: one for each core). */
  workers?: number | undefined;
  /** Bytes of encoded rows in memory. */
  memory?: number | undefined;
  /** The folder for files on their way, which is made when missing: a task has its encoded rows or its shard there. */
  scratch: string;
  signal: AbortSignal;
  onEvent: (event: PrepareEvent) => void;
}

/** A machine that takes part in jobs: its settings, and the workers that one task after the other uses. */
export class Machine {
  readonly settings: MachineSettings;
  /** How many worker threads there are. */
  readonly threads: number;
  #pool: WorkerPool | undefined;

  constructor(settings: MachineSettings) {
    this.settings = settings;
    this.threads = settings.workers ?? availableParallelism();
  }

  /** The workers, which start when they are first asked for. */
  get pool(): WorkerPool {
    this.#pool ??= new WorkerPool(this.threads);
    return this.#pool;
  }

  /**
   * Gives `work` a new folder, which goes when it has ended, however that is.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`, and what `work` throws
   */
  async withScratch<T>(work: (folder: ScratchFolder) => Promise<T>): Promise<T> {
    const { scratch } = this.settings;
    let folder: string;
    try {
      await mkdir(scratch, { recursive: true });
      folder = await mkdtemp(join(scratch, 'idx-shards-'));
    } catch (error) {
      throw asDiskError(error, `making a folder in ${scratch}`);
    }
    try {
      return await work({
        path: (file) => join(folder, file),
        remove: (file) => rm(join(folder, file), { force: true }),
      });
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
    }
  }

  /** Ends the workers, whatever they are at. */
  async close(): Promise<void> {
    await this.#pool?.destroy();
    this.#pool = undefined;
  }
}
