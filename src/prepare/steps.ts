/**
 * For how long each step of a run that prepares a data set was under way, in seconds, in the order in which they begin. Some are
 * under way at the same time, as the shards of one split are written while the next is encoded: together they may take longer
 * than the run.
 */
export interface StepSeconds {
  /** The disk is asked whether it has room. */
  readonly space: number;
  /** An archive is waited for. */
  readonly archives: number;
  /** A split is encoded while its archives inflate. */
  readonly encode: number;
  /** Its shards are written. */
  readonly write: number;
  readonly manifest: number;
  /** The directory takes its place. */
  readonly publish: number;
}

/** Name of a step. */
export type Step = keyof StepSeconds;

/** Takes the times of steps; one that is under way several times at once counts once. */
export class StepTimes {
  readonly #steps = new Map<Step, { underWay: number; since: number; took: number }>();

  /** Does the work of a step. */
  async of<T>(name: Step, work: () => Promise<T>): Promise<T> {
    const step = this.#steps.get(name) ?? { underWay: 0, since: 0, took: 0 };
    this.#steps.set(name, step);
    if (step.underWay++ === 0) step.since = performance.now();
    try {
      return await work();
    } finally {
      if (--step.underWay === 0) step.took += performance.now() - step.since;
    }
  }

  /** What every step took so far. */
  seconds(): StepSeconds {
    const took = (name: Step): number => Math.round(this.#steps.get(name)?.took ?? 0) / 1000;
    return {
      space: took('space'),
      archives: took('archives'),
      encode: took('encode'),
      write: took('write'),
      manifest: took('manifest'),
      publish: took('publish'),
    };
  }
}
