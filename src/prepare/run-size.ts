import { DTYPES, type InputFeature, rowBytesOf, valuesOf } from '../dataset/feature.js';
import { partsOf, type SplitDefinition } from '../dataset/split-definition.js';
import type { RunSettings } from './options.js';

/** The least that a row takes in any format: an image of one color as PNG, and what stands around it. */
const ROW_BYTES = 90;

/** PNG, which filters rows first, may need a half of what gzip makes of the same rows; it hardly needs less. */
const SHARE_OF_GZIP = 1 / 2;

/**
 * How much room a run needs on the disk of its output, in bytes: so much at least, whatever is in the rows. A run that has
 * less cannot succeed; one that has a little more may still fail.
 */
export function leastSpace(splits: readonly SplitDefinition[], run: RunSettings): number {
  const { formats, keepSamples, memory } = run;
  const { input } = run.features;
  return splits.reduce((sum, split) => {
    const records = leastRecords(input, split);
    const samples = keepSamples ? split.rows * rowBytesOf(input) : 0;
    const leastShards: Record<RunSettings['formats'][number], number> = {
      tfrecord: records,
      array_record: records,
      // Arrow has a bool in a bit.
      arrow: keepSamples ? Math.floor(input.dtype === 'bool' ? samples / 8 : samples) : records,
      // Of tensors, a dictionary or compression may leave next to nothing.
      parquet: keepSamples ? 0 : records,
    };
    const shards = formats.reduce((bytes, format) => bytes + leastShards[format], 0);
    const scratch = records + samples > memory ? records + samples : 0;
    return sum + shards + scratch;
  }, 0);
}

function leastRecords(input: InputFeature, split: SplitDefinition): number {
  const { rows } = split;
  // In an Example an integer takes a byte at least, and a half as much as a float.
  if (input.kind === 'tensor') {
    const { bytes, kind } = DTYPES[input.dtype];
    return rows * valuesOf(input.shape) * (kind === 'float' ? Math.max(bytes, 4) : 1);
  }
  const compressed = partsOf(split).reduce((sum, { rows, images }) => {
    // An archive that is as large as its rows is not compressed, and a zip's size says nothing of its members'.
    const says = images.member === undefined && images.bytes < rows * rowBytesOf(input);
    return sum + (says ? images.bytes : 0);
  }, 0);
  return rows * ROW_BYTES + Math.ceil(compressed * SHARE_OF_GZIP);
}
