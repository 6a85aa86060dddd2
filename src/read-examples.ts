import { createReadStream } from 'node:fs';
import { decodeExample, type FeatureValues } from './decode/example.js';
import { readRecords } from './decode/record.js';
import { asDiskError } from './errors.js';

/** An example as it stands in a TFRecord shard: the image as PNG, the label as a number. */
export interface StoredExample {
  /** The image's bytes, encoded as PNG. */
  image: Uint8Array;
  label: number;
  /** Every feature by its name, these two among them. */
  features: Map<string, FeatureValues>;
}

/**
 * The examples of a TFRecord shard, in its order, every record's checksums checked. `image` and `label` are the features
 * of these names; where a data set calls its features otherwise, they stand in `features`.
 *
 * @throws {DatasetError} `RECORD_CORRUPT`, `DISK`
 */
export async function* readExamples(path: string): AsyncGenerator<StoredExample> {
  try {
    for await (const record of readRecords(createReadStream(path), path)) {
      const features = decodeExample(record);
      const [image] = features.get('image') ?? [];
      const [label] = features.get('label') ?? [];
      yield {
        image: image instanceof Uint8Array ? image : new Uint8Array(0),
        label: Number(label ?? -1),
        features,
      };
    }
  } catch (error) {
    throw asDiskError(error, `reading ${path}`);
  }
}
