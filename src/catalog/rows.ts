import type { PublishedFeature } from '../directory/features.js';
import { DatasetError } from '../errors.js';
import type { Dataset } from '../load/dataset.js';
import { type Kinds, kindOf } from '../load/kinds.js';
import type { SplitSpec } from '../load/split-spec.js';
import type { Numbers } from '../rows/cell.js';
import type { Picture } from './figure/picture.js';
import type { Shape } from './reduce.js';

/** A row of a split as the pages show it. */
export interface CatalogRow {
  /** Place in its split, from 0. */
  place: number;
  /** An image's samples (rows top down, channels interleaved) or a tensor's elements; none of a feature that is not read. */
  values: Numbers | undefined;
  /** The same as a picture, where it can be shown as one. */
  picture: Picture | undefined;
  /** Number of the class; -1 is TFDS's word for none. */
  label: number | undefined;
}

/** The features that the pages show of a row: the first image or tensor, and the first label. */
export interface ShownFeatures {
  input: PublishedFeature | undefined;
  /** The input where it is an image of uint8, which alone can be shown as a picture; TFDS has others, such as of 16 bits. */
  image: { name: string; shape: Shape } | undefined;
  label: Extract<PublishedFeature, { kind: 'label' }> | undefined;
}

/** Which features these are: an image that can be shown comes before another, and that before a tensor. */
export function shownFeatures(features: readonly PublishedFeature[]): ShownFeatures {
  const inputs = features.filter((feature) => isNumbers(feature));
  const input =
    inputs.find((feature) => kindOf(feature) === 'image') ??
    inputs.find(({ kind }) => kind === 'image') ??
    inputs[0];
  return {
    input,
    image: input === undefined ? undefined : shownImage(input),
    label: features.find((feature) => feature.kind === 'label'),
  };
}

function isNumbers(feature: PublishedFeature): boolean {
  const kind = kindOf(feature);
  return kind !== undefined && kind !== 'label' && kind !== 'bytes';
}

function shownImage(input: PublishedFeature): ShownFeatures['image'] {
  if (input.kind !== 'image' || kindOf(input) !== 'image') return undefined;
  const [height = 1, width = 1, channels = 1] = input.shape;
  return { name: input.name, shape: [height, width, channels] };
}

/**
 * The rows that an expression of TFDS's split language means, a few at a time in memory.
 *
 * @param most refuses more than these
 * @throws {DatasetError} `SPLIT_INVALID`, `USAGE` for too many, and as `Examples` does
 */
export async function* catalogRows(
  { dataset, shown }: { dataset: Dataset; shown: ShownFeatures },
  spec: SplitSpec,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<CatalogRow> {
  const { input, image, label } = shown;
  const kinds = kindsOf([input, label]);
  const examples = dataset.split(spec, { features: kinds });
  if (examples.count > most)
    throw new DatasetError('USAGE', 'these are too many examples to show', {
      expected: `${most} at most`,
      found: String(examples.count),
      next: "Show fewer: --split 'train[:9]'.",
    });
  let count = 0;
  for await (const example of examples) {
    const given = input === undefined ? undefined : example[input.name];
    const values = typeof given === 'object' && 'data' in given ? given.data : undefined;
    const number = label === undefined ? undefined : example[label.name];
    // A feature of that name stands where the example's place would.
    const told = 'place' in kinds ? undefined : example['place'];
    yield {
      place: typeof told === 'number' ? told : count,
      values,
      picture:
        image !== undefined && values instanceof Uint8Array ? pictureOf(values, image.shape) : undefined,
      label: typeof number === 'number' ? number : undefined,
    };
    count++;
  }
}

function pictureOf(samples: Uint8Array, [height, width, channels]: Shape): Picture {
  return { height, width, channels, samples };
}

function kindsOf(features: readonly (PublishedFeature | undefined)[]): Kinds {
  return Object.fromEntries(
    features.flatMap((feature) => {
      const kind = feature === undefined ? undefined : kindOf(feature);
      return feature === undefined || kind === undefined ? [] : [[feature.name, kind] as const];
    }),
  );
}
