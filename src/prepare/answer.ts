import { type ErrorData, fromErrorData, toErrorData } from '../errors.js';

/** What a worker sends back: an error thrown over the boundary would lose its class and its fields. */
export type Answer<T> = { value: T } | { error: ErrorData };

/** Makes a worker's entry of a function: what it throws becomes part of the answer. */
export function answering<Task, Result>(
  work: (task: Task) => Result | Promise<Result>,
): (task: Task) => Promise<Answer<Result>> {
  return async (task) => {
    try {
      return { value: await work(task) };
    } catch (error) {
      return { error: toErrorData(error) };
    }
  };
}

/**
 * The value of an answer.
 *
 * @throws {DatasetError} the error that the worker met
 */
export function unwrap<T>(answer: Answer<T>): T {
  if ('error' in answer) throw fromErrorData(answer.error);
  return answer.value;
}
