import { valuesOf } from '../dataset/feature.js';
import type { PublishedFeature } from '../directory/features.js';
import { fault } from '../errors.js';

/** The typed arrays of element types, by TFDS's names of these. */
export interface Elements {
  uint8: Uint8Array;
  int8: Int8Array;
  uint16: Uint16Array;
  int16: Int16Array;
  uint32: Uint32Array;
  int32: Int32Array;
  uint64: BigUint64Array;
  int64: BigInt64Array;
  float32: Float32Array;
  float64: Float64Array;
}

/** Name of an element type. */
export type ElementType = keyof Elements;

/** Numbers of a shape, row-major: of an image height, width, channels; of a scalar one number, and no dimensions. */
export interface Tensor<T extends ElementType = ElementType> {
  data: Elements[T];
  shape: readonly number[];
}

/** An image as it is encoded. */
export interface EncodedImage {
  png: Uint8Array;
  /** Height, width, channels. */
  shape: readonly number[];
}

/** What a feature of each kind is in an example. */
interface Values {
  /** An image of 8 or of 16 bits a sample, decoded. */
  image: Tensor<'uint8'>;
  image16: Tensor<'uint16'>;
  /** An image of any depth as PNG. */
  png: EncodedImage;
  /** Number of the class; -1 is TFDS's word for none. */
  label: number;
  /** A text or another binary value, as it is stored. */
  bytes: Uint8Array;
}

/** What a feature is, or is to be given as: a kind of its own, or the element type of a tensor. */
export type FeatureKind = keyof Values | ElementType;

/** What a feature of a kind is in an example. */
export type ValueOf<K extends FeatureKind> = K extends keyof Values
  ? Values[K]
  : K extends ElementType
    ? Tensor<K>
    : never;

/** Anything that a feature can be in an example. */
export type FeatureValue = Tensor | EncodedImage | number | Uint8Array;

/**
 * What a feature of a kind is in a batch of n examples: numbers as one array with n before the dimensions of the shape;
 * labels as int32, which both tfjs, which has no integers of 64 bits, and onnxruntime take as it is; the others as a list.
 */
export type BatchValueOf<K extends FeatureKind> = K extends 'image'
  ? Tensor<'uint8'>
  : K extends 'image16'
    ? Tensor<'uint16'>
    : K extends 'label'
      ? Int32Array
      : K extends 'png' | 'bytes'
        ? readonly Uint8Array[]
        : K extends ElementType
          ? Tensor<K>
          : never;

/** Anything that a feature can be in a batch. */
export type BatchValue = Tensor | Int32Array | readonly Uint8Array[];

/** Features that are to be read, each with its kind. */
export type Kinds = Readonly<Record<string, FeatureKind>>;

/** What MNIST and its like have. */
export const IMAGE_AND_LABEL = { image: 'image', label: 'label' } as const satisfies Kinds;
/** The kinds of {@link IMAGE_AND_LABEL}. */
export type ImageAndLabel = typeof IMAGE_AND_LABEL;

/** The same with the image as it is encoded. */
export const PNG_AND_LABEL = { image: 'png', label: 'label' } as const satisfies Kinds;
/** The kinds of {@link PNG_AND_LABEL}. */
export type PngAndLabel = typeof PNG_AND_LABEL;

/** What stands under a name that the compiler does not know: it may be `place`. */
type OrPlace<F, Place> = string extends F ? Place : never;

/** An example: its features, and `place`, its place in its split from 0, where no feature has that name. */
export type ExampleOf<K extends Kinds> = {
  readonly [F in keyof K]: ValueOf<K[F]> | OrPlace<F, number>;
} & ('place' extends keyof K ? unknown : { readonly place: number });

/** Examples of one batch, by their features; `place` has their places, where no feature has that name. */
export type BatchOf<K extends Kinds> = {
  readonly [F in keyof K]: BatchValueOf<K[F]> | OrPlace<F, Int32Array>;
} & ('place' extends keyof K ? unknown : { readonly place: Int32Array });

/** The names of the features of some kinds that are labels, and of the others. */
type LabelOf<K extends Kinds> = { [F in keyof K]: K[F] extends 'label' ? F : never }[keyof K];
type InputOf<K extends Kinds> = Exclude<keyof K, LabelOf<K>>;

/** What a model is given, and what it is to find: TFDS's `as_supervised`. */
export type PairOf<K extends Kinds> = readonly [input: ValueOf<K[InputOf<K>]>, label: ValueOf<K[LabelOf<K>]>];

/** The same of a batch. */
export type BatchPairOf<K extends Kinds> = readonly [
  input: BatchValueOf<K[InputOf<K>]>,
  label: BatchValueOf<K[LabelOf<K>]>,
];

/** More values than anything here has. */
const MAX_VALUES = 2 ** 27;

/** What element types are given as: those that have a typed array as that, a bool as 0 or 1, a float16 as the same number of 32 bits. */
const ELEMENTS: Readonly<Record<string, ElementType>> = {
  bool: 'uint8',
  uint8: 'uint8',
  int8: 'int8',
  uint16: 'uint16',
  int16: 'int16',
  uint32: 'uint32',
  int32: 'int32',
  uint64: 'uint64',
  int64: 'int64',
  float16: 'float32',
  float32: 'float32',
  float64: 'float64',
};

/** What a feature is, where nobody says what it is to be given as; `undefined` where it is not read. */
export function kindOf(feature: PublishedFeature): FeatureKind | undefined {
  if (feature.kind === 'label') return 'label';
  if (feature.kind === 'image') return isPng(feature.shape) ? IMAGES[feature.dtype] : undefined;
  if (feature.kind !== 'tensor' || valuesOf(feature.shape) > MAX_VALUES) return undefined;
  return isText(feature.dtype) ? 'bytes' : ELEMENTS[feature.dtype];
}

const IMAGES: Readonly<Record<string, FeatureKind>> = { uint8: 'image', uint16: 'image16' };

/** Whether images of a shape are decoded here. */
function isPng([height = 0, width = 0, channels = 0, ...more]: readonly number[]): boolean {
  const samples = height * width * channels;
  return more.length === 0 && samples > 0 && samples <= MAX_VALUES && channels <= 4;
}

function isText(dtype: string): boolean {
  return dtype === 'string' || dtype === 'object';
}

/**
 * The kinds of all features that are read.
 *
 * @param encoded give images as they are encoded
 */
export function allKinds(features: readonly PublishedFeature[], encoded: boolean): Kinds {
  const kinds = features.flatMap((feature) => {
    const kind = encoded && feature.kind === 'image' ? 'png' : kindOf(feature);
    return kind === undefined ? [] : [[feature.name, kind] as const];
  });
  return Object.fromEntries(kinds);
}

/**
 * Sees that a data set has these features, each of its kind.
 *
 * @throws {DatasetError} `FEATURES`
 */
export function expectKinds(kinds: Kinds, features: readonly PublishedFeature[]): void {
  const there = features.map((feature) => `${feature.name}: '${kindOf(feature) ?? feature.kind}'`).join(', ');
  for (const [name, kind] of Object.entries(kinds)) {
    const feature = features.find((one) => one.name === name);
    if (feature !== undefined && (kindOf(feature) === kind || (kind === 'png' && feature.kind === 'image')))
      continue;
    throw fault('FEATURES', `the data set has no feature ${name} of the kind ${kind}`, {
      expected: `of { ${there} }`,
      found: `features: { ${Object.entries(kinds)
        .map(([name, kind]) => `${name}: '${kind}'`)
        .join(', ')} }`,
      next: `Say what is to be read with the option features: some of these, or 'all'.`,
    });
  }
}
