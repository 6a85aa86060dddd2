import type { DrivenJob } from '../../src/engine/dispatcher.js';
import { DatasetError } from '../../src/errors.js';
import { STAGES, type Stage, type Task } from '../../src/stages/task.js';
import { FolderStorage } from '../../src/storage/folder.js';

/** How many tasks the stages of a stand-in have. */
export const TASKS: Readonly<Record<Stage, number>> = { map: 7, plan: 1, reduce: 5, finish: 1 };

/** A job whose tasks put their markers into a folder, and nothing else. */
export class StandIn implements DrivenJob {
  readonly id = 'abc123';
  readonly storage: FolderStorage;
  readonly directory = '';
  readonly #tasks: Readonly<Record<Stage, number>>;
  /** Tasks that were done, in their order. */
  readonly done: string[] = [];

  constructor(folder: string, tasks: Readonly<Record<Stage, number>> = TASKS) {
    this.storage = new FolderStorage(folder);
    this.#tasks = tasks;
  }

  async isFinished(): Promise<boolean> {
    return (await this.storage.sizeOf('dataset_info.json')) !== undefined;
  }

  async tasks(stage: Stage): Promise<number> {
    if (stage === 'reduce' && (await this.missing('plan')).length > 0)
      throw new DatasetError('STAGE_EARLY', 'the plan is missing');
    return this.#tasks[stage];
  }

  async missing(stage: Stage): Promise<number[]> {
    const there = new Set<number>();
    for await (const { key } of this.storage.list(`work/${stage}/`)) there.add(Number(key.split('/')[2]));
    if (stage === 'finish' && (await this.isFinished())) return [];
    return Array.from({ length: this.#tasks[stage] }, (_, number) => number).filter((one) => !there.has(one));
  }

  /** Does a task as those of a job are done: too early where one of the stage before is missing, and last the work goes. */
  async do({ stage, number }: Task): Promise<void> {
    const before = STAGES[STAGES.indexOf(stage) - 1];
    if (await this.isFinished()) return;
    if (before !== undefined && (await this.missing(before)).length > 0)
      throw new DatasetError('STAGE_EARLY', `${stage} comes too early`);
    this.done.push(`${stage} ${number}`);
    if (stage !== 'finish') return this.storage.putBytes(`work/${stage}/${number}`, Buffer.from(stage));
    await this.storage.putBytes('dataset_info.json', Buffer.from('{}'));
    await this.clean();
  }

  /** Removes the markers. */
  async clean(): Promise<void> {
    const keys: string[] = [];
    for await (const { key } of this.storage.list('work/')) keys.push(key);
    await this.storage.remove(keys);
  }
}

/** All tasks of a stand-in, stage after stage. */
export const ALL_TASKS: readonly string[] = STAGES.flatMap((stage) =>
  Array.from({ length: TASKS[stage] }, (_, number) => `${stage} ${number}`),
);
