import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { DatasetError, type ErrorCode, fromErrorData, isErrorCode, toErrorData } from '../../errors.js';
import { STAGES, type Stage } from '../../stages/task.js';
import type { DrivenJob } from '../dispatcher.js';

/** The queue of all tasks of all jobs. The number is that of what BullMQ's jobs hold: another one would not be understood. */
export const QUEUE = 'idx-shards-1';

const taskDataSchema = v.object({
  /** What `--out` names: a URL, or the path of a folder that is the same on every machine. */
  storage: v.pipe(v.string(), v.minLength(1)),
  job: v.pipe(v.string(), v.hexadecimal()),
  /** Where the files of its data set lie below that, with a `/` at the end. */
  directory: v.string(),
  stage: v.picklist(STAGES),
  number: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Where the archives are, where the driver was told; what a worker is told holds for it. */
  archives: v.optional(v.string()),
});

/** A task as BullMQ has it: all that a worker has to know. */
export type TaskData = v.InferOutput<typeof taskDataSchema>;

/**
 * Reads what a job of BullMQ's holds.
 *
 * @throws {DatasetError} `ENGINE` where somebody else put it there
 */
export function readTaskData(data: unknown): TaskData {
  const read = v.safeParse(taskDataSchema, data);
  if (read.success) return read.output;
  throw new DatasetError('ENGINE', `the queue ${QUEUE} holds something that is no task`, {
    found: read.issues.map(({ message }) => message).join('; '),
    next: 'Let nothing else use this queue.',
  });
}

/** How the ids begin that the tasks of a stage have in the queue; their number follows. The same job in two storages is two. */
export function taskIdPrefix({ id, storage }: DrivenJob, stage: Stage): string {
  const target = createHash('sha256').update(`${storage.url}\n${id}`).digest('hex').slice(0, 24);
  return `${target}-${stage}-`;
}

/** A stack of more characters would fill Redis. */
const STACK = 4000;

/** An error as the text that BullMQ keeps of a failed job. */
export function errorText(error: unknown): string {
  const data = toErrorData(error);
  return JSON.stringify({ ...data, stack: data.stack?.slice(0, STACK) });
}

const errorDataSchema = v.object({
  code: v.custom<ErrorCode>(isErrorCode),
  message: v.string(),
  expected: v.optional(v.string()),
  found: v.optional(v.string()),
  next: v.optional(v.string()),
  stack: v.optional(v.string()),
});

/** The error of {@link errorText}; of any other text, which is BullMQ's own, one that says it. */
export function errorOfText(text: string, task: string): DatasetError {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), errorDataSchema), text);
  if (read.success) return fromErrorData(read.output);
  return new DatasetError('ENGINE', `${task} failed: ${text}`, {
    next: 'Look at what the workers say: they may have ended in the middle of it, for lack of memory.',
  });
}
