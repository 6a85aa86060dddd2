import { varintLength, writeVarint } from './varint.js';

/**
 * The `tf.train.Example` of an image and its label, in Protocol Buffers' wire format
 * (`tensorflow/core/example/example.proto`, `feature.proto`):
 *
 *     Example  { 1: Features { 1: map<string, Feature> } }
 *     Feature  { 1: BytesList { 1: bytes } } | { 3: Int64List { 1: packed varints } }
 *
 * A map's entries may stand in any order; ours is always image, label.
 */

/** Tag of a length-delimited field: number << 3 | 2. */
const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;
const FIELD_3 = 0x1a;

/** A tag and a length together, in bytes, before `length` bytes of content. */
const prefixLength = (length: number): number => 1 + varintLength(length);

/** Most bytes that an Example adds to its image and both names: eleven prefixes with lengths below 2^35, and the label. */
export const EXAMPLE_OVERHEAD = 96;

/** Names of the two features, as UTF-8. */
export interface FeatureNames {
  image: Uint8Array;
  label: Uint8Array;
}

/** Offsets of an Example that was written: where its image's bytes begin, and where the whole ends. */
export interface ExampleExtent {
  imageStart: number;
  end: number;
}

/**
 * Writes the Example of `image` (an encoded image) and `label` (0 to 2^53) at `out[offset]`, which must have room for the
 * image, both names and {@link EXAMPLE_OVERHEAD} bytes.
 */
export function writeExample(
  names: FeatureNames,
  image: Uint8Array,
  label: number,
  out: Uint8Array,
  offset: number,
): ExampleExtent {
  const imageList = prefixLength(image.length) + image.length;
  const imageFeature = prefixLength(imageList) + imageList;
  const imageEntry = entryLength(names.image, imageFeature);
  const labelList = prefixLength(varintLength(label)) + varintLength(label);
  const labelFeature = prefixLength(labelList) + labelList;
  const labelEntry = entryLength(names.label, labelFeature);
  const features = prefixLength(imageEntry) + imageEntry + prefixLength(labelEntry) + labelEntry;

  let at = writePrefix(FIELD_1, features, out, offset);
  at = writeEntryStart(names.image, imageEntry, imageFeature, out, at);
  at = writePrefix(FIELD_1, imageList, out, at);
  const imageStart = writePrefix(FIELD_1, image.length, out, at);
  out.set(image, imageStart);
  at = writeEntryStart(names.label, labelEntry, labelFeature, out, imageStart + image.length);
  at = writePrefix(FIELD_3, labelList, out, at);
  at = writePrefix(FIELD_1, varintLength(label), out, at);
  return { imageStart, end: writeVarint(label, out, at) };
}

function entryLength(name: Uint8Array, feature: number): number {
  return prefixLength(name.length) + name.length + prefixLength(feature) + feature;
}

function writeEntryStart(
  name: Uint8Array,
  entry: number,
  feature: number,
  out: Uint8Array,
  offset: number,
): number {
  let at = writePrefix(FIELD_1, entry, out, offset);
  at = writePrefix(FIELD_1, name.length, out, at);
  out.set(name, at);
  return writePrefix(FIELD_2, feature, out, at + name.length);
}

function writePrefix(tag: number, length: number, out: Uint8Array, offset: number): number {
  out[offset] = tag;
  return writeVarint(length, out, offset + 1);
}
