import type { DatasetDefinition, SplitDefinition } from './dataset/definition.js';
import type { RunSettings } from './options.js';
import { samplesPerImage } from './shard/table.js';

/** The least that a row takes in any format: an image of one color as PNG, and what stands around it. */
const ROW_BYTES = 90;

/** PNG, which filters rows first, may need a half of what gzip makes of the same rows; it hardly needs less. */
const SHARE_OF_GZIP = 1 / 2;

/**
 * How much room a run needs on the disk of its output, in bytes: so much at least, whatever is in the rows. A run that has
 * less cannot succeed; one that has a little more may still fail.
 */
export function leastSpace(definition: DatasetDefinition, run: RunSettings): number {
  const { formats, layout, memory } = run;
  return definition.splits.reduce((sum, split) => {
    const records = leastRecords(definition, split);
    const samples = layout.table.image === 'tensor' ? split.rows * samplesPerImage(layout.table) : 0;
    const shards = formats.reduce(
      (bytes, format) => bytes + (format === 'arrow' && samples > 0 ? samples : records),
      0,
    );
    const scratch = records + samples > memory ? records + samples : 0;
    return sum + shards + scratch;
  }, 0);
}

function leastRecords({ image }: DatasetDefinition, { rows, images }: SplitDefinition): number {
  const [height, width, channels] = image.shape;
  const raw = rows * height * width * channels;
  // An archive that is as large as its rows is not compressed, and a zip's size says nothing of its members'.
  const compressed = images.member !== undefined || images.bytes >= raw ? 0 : images.bytes;
  return rows * ROW_BYTES + Math.ceil(compressed * SHARE_OF_GZIP);
}
