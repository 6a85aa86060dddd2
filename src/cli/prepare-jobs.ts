import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { archivesAt } from '../archive/mirrors.js';
import type { DatasetDefinition } from '../dataset/definition.js';
import type { RedisAddress } from '../engine/bullmq/address.js';
import type { Dispatcher } from '../engine/dispatcher.js';
import { InProcess } from '../engine/in-process.js';
import { type JobPlan, planJob } from '../engine/job-plan.js';
import { prepareJob } from '../engine/prepare-job.js';
import { DatasetError } from '../errors.js';
import type { ExistingDataset } from '../prepare/existing.js';
import type { PrepareOptions } from '../prepare/options.js';
import { inHome } from '../prepare/options.js';
import type { PreparedDataset } from '../prepare/prepare.js';
import { cleanTarget } from '../stages/clean.js';
import type { Job } from '../stages/job.js';
import { type JobSpec, specOf } from '../stages/job-spec.js';
import { Machine } from '../stages/machine.js';
import { runTask } from '../stages/run-task.js';
import { openStorage } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { endSoon, engineOf } from './engine-words.js';
import type { PrepareArguments } from './prepare-arguments.js';
import type { RunEvent } from './progress.js';
import { packageVersion } from './version.js';

/** What a run over many machines, or into object storage, tells and gives. */
interface Telling {
  onEvent: (event: RunEvent) => void;
  /** Is told at the end of the shards that other machines wrote. */
  onFound: (event: RunEvent) => void;
}

/** Runs of `prepare` whose work lies in a storage: in object storage, or in a folder that many machines share. */
export class JobRun {
  readonly #storage: Storage;
  readonly #words: PrepareArguments;
  readonly #options: PrepareOptions;
  readonly #address: RedisAddress | undefined;
  readonly #signal: AbortSignal;
  readonly #tool: string;

  private constructor(
    storage: Storage,
    tool: string,
    given: { words: PrepareArguments; options: PrepareOptions; signal: AbortSignal },
  ) {
    this.#storage = storage;
    this.#tool = tool;
    this.#words = given.words;
    this.#options = inHome(given.options);
    this.#signal = given.signal;
    const { engine } = given.words;
    this.#address = engine === undefined ? undefined : engineOf(engine, 'prepare');
  }

  /**
   * Opens the storage that `--out` names. The engine is asked for where there is something to do.
   *
   * @throws {DatasetError} `USAGE`, `PACKAGE_MISSING`
   */
  static async open(words: PrepareArguments, options: PrepareOptions, signal: AbortSignal): Promise<JobRun> {
    const storage = await openStorage(options.out, { signal });
    return new JobRun(storage, await packageVersion(), { words, options, signal });
  }

  /** What would be done, for `--dry-run`. */
  async plan(definition: DatasetDefinition): Promise<JobPlan> {
    return planJob(this.#storage, this.#spec(definition), this.#options);
  }

  /** Removes what runs of this data set left that broke off; gives how many objects. */
  async clean(definition: DatasetDefinition): Promise<number> {
    return cleanTarget(this.#storage, { definition });
  }

  /**
   * Has a data set prepared.
   *
   * @throws {DatasetError} of any code; what is done by then stays, and the next run goes on there
   */
  async prepare(
    definition: DatasetDefinition,
    { onEvent, onFound }: Telling,
  ): Promise<ExistingDataset | Omit<PreparedDataset, 'steps'>> {
    const told = new Set<string>();
    const result = await prepareJob({
      storage: this.#storage,
      spec: this.#spec(definition),
      signal: this.#signal,
      onEvent,
      dispatcher: (job) =>
        this.#dispatcher(job, (event) => {
          if (event.event === 'write') told.add(event.file);
          onEvent(event);
        }),
    });
    if (result.state === 'existing') return result;
    const { written, ...prepared } = result;
    for (const event of written) if (!told.has(event.file)) onFound(event);
    return prepared;
  }

  /** Has the process end soon where an engine was asked. */
  end(): void {
    if (this.#address !== undefined) endSoon();
  }

  #spec(definition: DatasetDefinition): JobSpec {
    return specOf(definition, { ...this.#options, maps: this.#words.maps }, this.#tool);
  }

  async #dispatcher(job: Job, onEvent: (event: RunEvent) => void): Promise<Dispatcher> {
    if (this.#address === undefined) return this.#inProcess(job, onEvent);
    const { connectEngine } = await import('../engine/bullmq/connect.js');
    const { BullmqDispatcher } = await import('../engine/bullmq/dispatcher.js');
    const archives = sharedArchives(this.#options);
    return BullmqDispatcher.open(await connectEngine(this.#address), { archives, onEvent });
  }

  #inProcess(job: Job, onEvent: (event: RunEvent) => void): Dispatcher {
    const { archives, archivePaths, cacheDir, workers, memory } = this.#options;
    const scratch = this.#words.scratch ?? tmpdir();
    const machine = new Machine({
      archives,
      archivePaths,
      cacheDir,
      workers,
      memory,
      scratch,
      signal: this.#signal,
      onEvent,
    });
    return new InProcess({
      doTask: async (task) => void (await runTask(job, task, machine)),
      end: () => machine.close(),
    });
  }
}

/**
 * Where workers look for archives that were not told of a place: a URL, or a folder by a path that has to be the same on all machines.
 *
 * @throws {DatasetError} `USAGE` where files of one's own lie in several folders
 */
function sharedArchives({ archives, archivePaths }: PrepareOptions): string | undefined {
  if (archives !== undefined) return typeof archivesAt(archives) === 'string' ? archives : resolve(archives);
  const folders = new Set([...(archivePaths?.values() ?? [])].map((path) => dirname(resolve(path))));
  const [folder, ...others] = folders;
  if (others.length === 0) return folder;
  throw new DatasetError('USAGE', '--engine takes files of your own from one folder', {
    found: [...folders].map((path) => basename(path)).join(', '),
    next: 'Put them into one folder, or write a definition with idx-shards define and give --definition and --archives.',
  });
}
