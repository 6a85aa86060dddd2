import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import type { DatasetDirectory } from '../directory/read.js';
import { DatasetError } from '../errors.js';
import { shardRanges } from '../plan/shards.js';
import type { Storage } from '../storage/storage.js';
import { claimedBy, removeAll, storedSpec } from './clean.js';
import { requireSame } from './existing.js';
import { differenceOf, type JobSpec, parseSpec, specId, specText } from './job-spec.js';
import {
  claimKey,
  datasetPlace,
  datasetPrefix,
  markerKey,
  markerPrefix,
  numberOf,
  specKey,
  workPrefix,
} from './keys.js';
import { type MapTask, mapTasks } from './map-tasks.js';
import { parseShardPlan, type ShardPlan } from './shard-plan.js';
import { STAGES, type Stage } from './task.js';

/**
 * A data set that machines make together, by way of a storage that all of them reach. Its whole state lies there: whoever takes part
 * may die at any time, come late, or do what another did already.
 */
export class Job {
  readonly storage: Storage;
  readonly spec: JobSpec;
  /** The hash of its spec, by which its objects are named. */
  readonly id: string;
  /** Its map tasks, by number. */
  readonly mapTasks: readonly MapTask[];
  /** Its data set, where that was done before the job was opened. */
  readonly there: DatasetDirectory | undefined;
  #plan: ShardPlan | undefined;

  private constructor(storage: Storage, spec: JobSpec, there?: DatasetDirectory) {
    this.there = there;
    this.storage = storage;
    this.spec = spec;
    this.id = specId(spec);
    this.mapTasks = mapTasks(spec);
  }

  /**
   * Begins a job, or takes part in the same one that somebody else began. Where its data set is there, nothing is written.
   *
   * @throws {DatasetError} `LOCKED` where another job is at work on the data set, `OUTPUT_OCCUPIED` where another data set is there,
   *   `SHARD_COUNT`, `STORAGE`, `DISK`
   */
  static async open(storage: Storage, spec: JobSpec): Promise<Job> {
    const { numShards, definition } = spec;
    if (numShards !== undefined)
      for (const { name, rows } of definition.splits) shardRanges(name, rows, numShards);
    const job = new Job(storage, spec);
    if (await job.isFinished()) return new Job(storage, spec, await requireSame(storage, spec));
    await job.#claim();
    await storage.putBytes(specKey(job.id), Buffer.from(specText(spec)));
    // Another machine may have ended a job between the two looks, this one or another: then all of this is too late.
    if (!(await job.isFinished())) return job;
    await job.clean();
    return new Job(storage, spec, await requireSame(storage, spec));
  }

  /**
   * The job of this name, which somebody began; `undefined` where there is none, or none any more.
   *
   * @param tool the version of the tool
   * @throws {DatasetError} `STORAGE` also where it is of another version, `DISK`
   */
  static async read(storage: Storage, id: string, tool: string): Promise<Job | undefined> {
    const key = specKey(id);
    const bytes = await storage.get(key);
    if (bytes === undefined) return undefined;
    const spec = parseSpec(Buffer.from(bytes).toString(), `${storage.url}/${key}`);
    if (spec.tool === tool && specId(spec) === id) return new Job(storage, spec);
    throw new DatasetError('STORAGE', `the job ${id} is of another version of the tool`, {
      expected: spec.tool,
      found: tool,
      next: 'Install the same version on all machines.',
    });
  }

  /** Where the files of the data set lie, below the storage's own place. */
  get directory(): string {
    return datasetPrefix(this.spec);
  }

  /** Whether the data set is there: its manifest is written last. */
  async isFinished(): Promise<boolean> {
    return (await this.storage.sizeOf(`${this.directory}${DATASET_INFO_FILE}`)) !== undefined;
  }

  /** Whether a task is done. */
  async isDone(stage: Stage, number: number): Promise<boolean> {
    if (stage === 'finish') return this.isFinished();
    return (await this.storage.sizeOf(markerKey(this.id, stage, number))) !== undefined;
  }

  /**
   * How many tasks a stage has.
   *
   * @throws {DatasetError} `STAGE_EARLY` of `reduce` before the plan is made, `STORAGE`, `DISK`
   */
  async tasks(stage: Stage): Promise<number> {
    if (stage === 'map') return this.mapTasks.length;
    if (stage !== 'reduce') return 1;
    return (await this.plan()).splits.reduce((sum, { shards }) => sum + shards.length, 0);
  }

  /**
   * The numbers of a stage's tasks that are not done.
   *
   * @throws {DatasetError} as {@link tasks} does
   */
  async missing(stage: Stage): Promise<number[]> {
    if (stage === 'finish') return (await this.isFinished()) ? [] : [0];
    const tasks = await this.tasks(stage);
    const done = new Set<number>();
    for await (const { key } of this.storage.list(markerPrefix(this.id, stage))) done.add(numberOf(key));
    return Array.from({ length: tasks }, (_, number) => number).filter((number) => !done.has(number));
  }

  /**
   * Sees that every task of the stage before is done.
   *
   * @throws {DatasetError} `STAGE_EARLY`, `STORAGE`, `DISK`
   */
  async requireBefore(stage: Stage): Promise<void> {
    const before = STAGES[STAGES.indexOf(stage) - 1];
    if (before === undefined) return;
    if (before === 'reduce') await this.plan(stage);
    const missing = await this.missing(before);
    if (missing.length === 0) return;
    const tasks = await this.tasks(before);
    const some = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ', ...' : '');
    throw early(stage, `${missing.length} of ${tasks} tasks of ${before} are missing: ${some}`);
  }

  /**
   * What the stage `plan` found.
   *
   * @param stage which one asks for it
   * @throws {DatasetError} `STAGE_EARLY` before that is done, `STORAGE`, `DISK`
   */
  async plan(stage: Stage = 'reduce'): Promise<ShardPlan> {
    const key = markerKey(this.id, 'plan', 0);
    const bytes = this.#plan === undefined ? await this.storage.get(key) : undefined;
    if (bytes !== undefined) this.#plan = parseShardPlan(bytes, `${this.storage.url}/${key}`);
    if (this.#plan === undefined) throw early(stage, 'the plan is missing');
    return this.#plan;
  }

  /**
   * Removes what the job left beside its data set.
   *
   * @throws {DatasetError} `STORAGE`, `DISK`
   */
  async clean(): Promise<void> {
    await removeAll(this.storage, workPrefix(this.id));
    // Of who was killed while it put a shard; nobody else looks there any more.
    await this.storage.removeUnfinished(this.directory);
    const claim = claimKey(this.spec);
    if ((await claimedBy(this.storage, this.spec)) === this.id) await this.storage.remove([claim]);
  }

  async #claim(): Promise<void> {
    const key = claimKey(this.spec);
    const bytes = Buffer.from(`${JSON.stringify({ job: this.id })}\n`);
    try {
      await this.storage.putBytes(key, bytes);
    } catch (error) {
      if (!(error instanceof DatasetError) || error.code !== 'OBJECT_DIFFERS') throw error;
      const other = await claimedBy(this.storage, this.spec);
      const theirs = other === undefined ? undefined : await storedSpec(this.storage, other);
      const difference = differenceOf(this.spec, theirs === 'unreadable' ? undefined : theirs);
      throw new DatasetError('LOCKED', `another job is at work on ${datasetPlace(this.storage, this.spec)}`, {
        expected: difference?.expected ?? `the job ${this.id}`,
        found:
          difference?.found ?? `the job ${other}, which has other options, or another version of the tool`,
        next:
          'Give all machines the same options and the same version. Or wait for the end of the other job, or remove what it left with ' +
          '--clean, once no machine works on it any more.',
        cause: error,
      });
    }
  }
}

function early(stage: Stage, found: string): DatasetError {
  return new DatasetError('STAGE_EARLY', `the stage ${stage} comes too early`, {
    expected: 'all tasks of the stages before it done',
    found,
    next: 'Run it again when they are done.',
  });
}
