import type { SplitDefinition } from '../dataset/split-definition.js';
import type { RunSettings } from './options.js';

/** The images that the time of a row was measured with: height, width, channels. */
const MEASURED_SHAPE = '28,28,1';

/** How long a worker takes for one of them, from its archive to three formats, in seconds: "Many archives, and NPZ" of docs/benchmarks.md. */
const ROW_SECONDS = 50e-6;

/**
 * How long a run works on its rows, in seconds, at the speed that was measured; on other machines it is another. `undefined`
 * for rows of which no time was measured.
 */
export function expectedSeconds(
  splits: readonly SplitDefinition[],
  { features: { input }, workers }: Pick<RunSettings, 'features' | 'workers'>,
): number | undefined {
  if (input.kind !== 'image' || input.shape.join() !== MEASURED_SHAPE) return undefined;
  const rows = splits.reduce((sum, split) => sum + split.rows, 0);
  return (rows * ROW_SECONDS) / workers;
}
