import { datasetId } from '../dataset/definition.js';
import type { Storage } from '../storage/storage.js';
import type { JobSpec } from './job-spec.js';
import type { Stage } from './task.js';

/** Where everything lies that goes when a data set is done. TFDS takes nothing for a data set whose name begins with a dot. */
export const WORK = '.idx-shards/';

/** Digits of a task's number, so that the order of names is that of numbers. */
const DIGITS = 6;

/** Where the objects of a job lie. */
export function workPrefix(id: string): string {
  return `${WORK}${id}/`;
}

/** Where the markers of a stage's tasks lie, one for each that is done. */
export function markerPrefix(id: string, stage: Stage): string {
  return `${workPrefix(id)}${stage}/`;
}

/** The marker of a task: with it, everything that the task makes is there. */
export function markerKey(id: string, stage: Stage, number: number): string {
  return `${markerPrefix(id, stage)}${padded(number)}.json`;
}

/** The number of the task whose marker a key is. */
export function numberOf(key: string): number {
  return Number(/(\d+)\.json$/.exec(key)?.[1] ?? Number.NaN);
}

/** The rows that a map task encoded. */
export function rowsKey(id: string, number: number): string {
  return `${workPrefix(id)}rows/${padded(number)}`;
}

/** Which bytes of each rows object the shards of a split have. */
export function rangesKey(id: string, split: string): string {
  return `${workPrefix(id)}ranges/${split}`;
}

export function specKey(id: string): string {
  return `${workPrefix(id)}spec.json`;
}

/** The data set that a spec tells of, as a prefix. */
export function datasetPrefix({ definition }: Pick<JobSpec, 'definition'>): string {
  return `${datasetId(definition)}/${definition.version}/`;
}

/** The data set that a spec tells of, as messages name it. */
export function datasetPlace({ url }: Pick<Storage, 'url'>, spec: Pick<JobSpec, 'definition'>): string {
  return `${url}/${datasetPrefix(spec).slice(0, -1)}`;
}

/** Says which job is at work on a data set. */
export function claimKey(spec: Pick<JobSpec, 'definition'>): string {
  return `${WORK}targets/${datasetPrefix(spec).slice(0, -1)}.json`;
}

function padded(number: number): string {
  return String(number).padStart(DIGITS, '0');
}
