import { DatasetError } from '../../errors.js';
import { type WireField, WireReader } from '../protobuf/wire.js';

const UTF8 = new TextDecoder('utf-8', { fatal: false });

/** The values of one feature of an Example: one of `tf.train.Feature`'s three kinds of list. */
export type FeatureValues = Uint8Array[] | Float32Array | bigint[];

/**
 * The features of a serialized `tf.train.Example`, by name. TFDS writes them in an order that differs from process to
 * process, so any order is read.
 *
 * @throws {DatasetError} `RECORD_CORRUPT` where the bytes are no Example
 */
export function decodeExample(bytes: Uint8Array): Map<string, FeatureValues> {
  const features = new Map<string, FeatureValues>();
  try {
    for (const field of new WireReader(bytes).fields()) {
      if (field.number === 1) decodeFeatures(field.bytes(), features);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DatasetError('RECORD_CORRUPT', 'the bytes are not a tf.train.Example', {
      expected: 'Protocol Buffers wire format',
      found: error.message,
      next: 'Check that the file is what its name says.',
      cause: error,
    });
  }
  return features;
}

function decodeFeatures(bytes: Uint8Array, features: Map<string, FeatureValues>): void {
  for (const entry of new WireReader(bytes).fields()) {
    if (entry.number !== 1) continue;
    let name = '';
    let values: FeatureValues = [];
    for (const field of new WireReader(entry.bytes()).fields()) {
      if (field.number === 1) name = UTF8.decode(field.bytes());
      if (field.number === 2) values = decodeFeature(field.bytes());
    }
    features.set(name, values);
  }
}

function decodeFeature(bytes: Uint8Array): FeatureValues {
  for (const kind of new WireReader(bytes).fields()) {
    if (kind.number === 1) return valuesOf(kind, (value) => [value.bytes()]);
    if (kind.number === 2) return Float32Array.from(valuesOf(kind, (value) => value.floats()));
    if (kind.number === 3) return valuesOf(kind, (value) => value.varints());
  }
  return [];
}

/** What the field `value` of a list holds, as often as it comes: all three kinds of list have it under the number 1. */
function valuesOf<T>(list: WireField, read: (value: WireField) => T[]): T[] {
  let values: T[] = [];
  for (const field of new WireReader(list.bytes()).fields()) {
    if (field.number !== 1) continue;
    const more = read(field);
    // Nearly always it comes once.
    if (values.length === 0) values = more;
    else for (const value of more) values.push(value);
  }
  return values;
}
