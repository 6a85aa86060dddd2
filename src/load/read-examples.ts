import { decodeExample, type FeatureValues } from '../formats/example/read.js';
import { tfrecords } from '../formats/tfrecord/read.js';
import { OpenFile } from '../fs/open-file.js';
import { inFile } from './rows.js';

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
  const file = new OpenFile(path);
  let number = 0;
  try {
    for (const record of tfrecords(file)) {
      if (record instanceof Error) throw record;
      const features = decodeExample(record);
      const [image] = features.get('image') ?? [];
      const [label] = features.get('label') ?? [];
      yield {
        image: image instanceof Uint8Array ? image : new Uint8Array(0),
        label: Number(label ?? -1),
        features,
      };
      number++;
    }
  } catch (error) {
    throw inFile(error, path, number);
  } finally {
    file.close();
  }
}
