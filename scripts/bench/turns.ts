import { setImmediate } from 'node:timers/promises';
import { type Summary, summarize } from './statistics.js';
import { FIGURE_NAMES, type Figure, type Measurement, type Subject } from './subject.js';

/** A subject's figures, each over all turns. */
export interface Measured {
  name: string;
  figures: Partial<Record<Figure, Summary>>;
}

/** How turns are taken. */
export interface TurnOptions {
  /** Turns that count; one more goes before them, for caches to fill and code to be compiled. */
  runs: number;
  /** Ends it between two measurements. */
  signal: AbortSignal;
  /** Called before each measurement; turn 0 is the one that does not count. */
  onMeasure: (turn: number, subject: string) => void;
}

/** Measures every subject once a turn, one after the other: what slows the machine for a while slows all of them. */
export async function takeTurns(
  subjects: readonly Subject[],
  { runs, signal, onMeasure }: TurnOptions,
): Promise<Measured[]> {
  const taken = subjects.map((subject) => ({ subject, measurements: [] as Measurement[] }));
  for (let turn = 0; turn <= runs; turn++) {
    for (const { subject, measurements } of taken) {
      // A stage holds the thread: signals are heard here.
      await setImmediate();
      signal.throwIfAborted();
      onMeasure(turn, subject.name);
      const measurement = await subject.measure();
      if (turn > 0) measurements.push(measurement);
    }
  }
  return taken.map(({ subject, measurements }) => ({ name: subject.name, figures: byFigure(measurements) }));
}

function byFigure(measurements: readonly Measurement[]): Measured['figures'] {
  const figures: Measured['figures'] = {};
  for (const figure of FIGURE_NAMES) {
    const samples = measurements.flatMap(({ [figure]: sample }) => (sample === undefined ? [] : [sample]));
    if (samples.length > 0) figures[figure] = summarize(samples);
  }
  return figures;
}
