import { varintLength, writeVarint } from '../protobuf/varint.js';

/**
 * The `tf.train.Example` of a row, in Protocol Buffers' wire format (`tensorflow/core/example/example.proto`,
 * `feature.proto`):
 *
 *     Example  { 1: Features { 1: map<string, Feature> } }
 *     Feature  { 1: BytesList { 1: bytes } } | { 2: FloatList { 1: packed floats } } | { 3: Int64List { 1: packed varints } }
 *
 * A map's entries may stand in any order; ours is always the input, the label.
 */

/** Tag of a length-delimited field: number << 3 | 2. */
const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;

/** The lists that a Feature can have, by the tags of their fields. */
export const FeatureList = { BYTES: 0x0a, FLOAT: 0x12, INT64: 0x1a } as const;

/** A tag and a length together, in bytes, before `length` bytes of content. */
const prefixLength = (length: number): number => 1 + varintLength(length);

/** Most bytes that an Example adds to its value and both names: eleven prefixes with lengths below 2^35, and the label. */
export const EXAMPLE_OVERHEAD = 96;

/** Names of the features, as UTF-8; of the label where there is one. */
export interface FeatureNames {
  input: Uint8Array;
  label?: Uint8Array | undefined;
}

/** What a row has in its Example under the name of the input. */
export interface ExampleValue {
  list: (typeof FeatureList)[keyof typeof FeatureList];
  /** Bytes of the value, an encoded image or the packed values of a tensor. */
  length: number;
  /** Writes it. */
  write(out: Uint8Array, at: number): void;
}

/**
 * Encodes the rows of one feature, one after the other. What it tells and writes as an {@link ExampleValue} is the row that
 * was measured last.
 */
export interface ValueEncoder extends Readonly<ExampleValue> {
  /** Most bytes of a row's value. */
  readonly maxLength: number;
  /** Looks at the row whose elements begin at `elements[start]`, as the array's file has them. */
  measure(elements: Uint8Array, start: number): void;
}

/** Offsets of an Example that was written: where its value's bytes begin, and where the whole ends. */
export interface ExampleExtent {
  valueStart: number;
  end: number;
}

/**
 * Writes the Example of a value and `label` (0 to 2^53), which counts where it has a name, at `out[offset]`; there must be
 * room for the value, the names and {@link EXAMPLE_OVERHEAD} bytes.
 */
export function writeExample(
  names: FeatureNames,
  { value, label }: { value: ExampleValue; label: number },
  out: Uint8Array,
  offset: number,
): ExampleExtent {
  const valueList = prefixLength(value.length) + value.length;
  const valueFeature = prefixLength(valueList) + valueList;
  const valueEntry = entryLength(names.input, valueFeature);
  const labelList = prefixLength(varintLength(label)) + varintLength(label);
  const labelFeature = prefixLength(labelList) + labelList;
  const labelEntry = names.label === undefined ? 0 : entryLength(names.label, labelFeature);
  const labelBytes = labelEntry === 0 ? 0 : prefixLength(labelEntry) + labelEntry;

  let at = writePrefix(FIELD_1, prefixLength(valueEntry) + valueEntry + labelBytes, out, offset);
  at = writeEntryStart(names.input, { entry: valueEntry, feature: valueFeature }, out, at);
  at = writePrefix(value.list, valueList, out, at);
  const valueStart = writePrefix(FIELD_1, value.length, out, at);
  value.write(out, valueStart);
  at = valueStart + value.length;
  if (names.label === undefined) return { valueStart, end: at };
  at = writeEntryStart(names.label, { entry: labelEntry, feature: labelFeature }, out, at);
  at = writePrefix(FeatureList.INT64, labelList, out, at);
  at = writePrefix(FIELD_1, varintLength(label), out, at);
  return { valueStart, end: writeVarint(label, out, at) };
}

function entryLength(name: Uint8Array, feature: number): number {
  return prefixLength(name.length) + name.length + prefixLength(feature) + feature;
}

/** @param lengths bytes of the entry and of the feature in it */
function writeEntryStart(
  name: Uint8Array,
  { entry, feature }: { entry: number; feature: number },
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
