import type { Stage, Task } from '../stages/task.js';

/** What a driver and a dispatcher have to know of a job: `Job` of the stages is one. */
export interface DrivenJob {
  /** Its name, of hexadecimal digits: that of its spec. */
  readonly id: string;
  readonly storage: { readonly url: string };
  /** Where the files of its data set lie in the storage, with a `/` at the end. */
  readonly directory: string;
  /** Whether its data set is there, `dataset_info.json` with it. */
  isFinished(): Promise<boolean>;
  /** How many tasks a stage has. */
  tasks(stage: Stage): Promise<number>;
  /** Numbers of the tasks of a stage whose markers are not there, by one listing. */
  missing(stage: Stage): Promise<number[]>;
}

/** What is told while the tasks of a job are done, on whatever machine that is. */
export type TaskEvent =
  /** `done` of the `of` tasks of a stage are done. */
  | { event: 'tasks'; stage: Stage; done: number; of: number }
  /** A task failed on a machine, by an error that another try may mend: it is tried again. */
  | {
      event: 'again';
      stage: Stage;
      number: number;
      code: string;
      message: string;
      worker?: string | undefined;
    }
  /** Tasks wait, and no worker is there. */
  | { event: 'nobody'; engine: string }
  | EngineEvent;

/** The engine is gone, and waited for; or it is back. */
export interface EngineEvent {
  event: 'engine';
  state: 'gone' | 'back';
  engine: string;
  message?: string | undefined;
}

/** Tasks of one stage that are to be done. */
export interface Round {
  job: DrivenJob;
  stage: Stage;
  /** Those that are missing. */
  numbers: readonly number[];
  /** How many the stage has altogether. */
  of: number;
  signal: AbortSignal;
  /** Is told of each that is done, as soon as that is known. */
  onDone: () => void;
  onEvent: (event: TaskEvent) => void;
}

/** Has tasks done: it only decides who does them, and keeps nothing that would be missed. */
export interface Dispatcher {
  /**
   * Has tasks done, and comes back when it is worth looking which are missing now: when all of them are done as far as it knows, or
   * when it knows no longer. The same tasks may be asked for again, and by another driver at the same time.
   *
   * @throws {DatasetError} that of a task which no further try would mend; `ENGINE`
   */
  run(round: Round): Promise<void>;
  /** Lets go of what it holds; tasks that it gave away go on. */
  close(): Promise<void>;
}

/** How a task is called in what people read: `map 3`. */
export function taskName({ stage, number }: Task): string {
  return `${stage} ${number}`;
}
