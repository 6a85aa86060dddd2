/**
 * The stages of a job, in their order. All tasks of one come before the first of the next:
 *
 * - `map`: rows of a split are encoded, and put into one object, sorted by hash;
 * - `plan`: with all of them encoded, it is known how many shards there are, and which bytes of which objects each has;
 * - `reduce`: one shard, in every format;
 * - `finish`: the manifests, `dataset_info.json` last.
 */
export const STAGES = ['map', 'plan', 'reduce', 'finish'] as const;

export type Stage = (typeof STAGES)[number];

/** A task of a job: the stage, and the task's number in it, from 0. */
export interface Task {
  stage: Stage;
  number: number;
}
