import * as v from 'valibot';
import { count } from './info.js';

/** A feature as `features.json` tells of it. */
export type PublishedFeature = { name: string } & (
  | { kind: 'image'; dtype: string; shape: readonly number[] }
  | { kind: 'label'; classes: number }
  /** `bytes`: an Example has all elements as one binary value, little-endian. */
  | { kind: 'tensor'; dtype: string; shape: readonly number[]; encoding: 'none' | 'bytes' }
  /** Any other; `className` is TFDS's. */
  | { kind: 'other'; className: string }
);

/** A length; -1, or `null` in the oldest form, where it differs from example to example. */
const dimension = v.pipe(
  v.nullable(v.union([v.string(), v.number()]), -1),
  v.transform(Number),
  v.integer('must be a whole number'),
  v.minValue(-1),
);
const shape = v.pipe(
  v.optional(v.object({ dimensions: v.optional(v.array(dimension), []) }), {}),
  v.transform(({ dimensions }) => dimensions),
);
const text = v.nullish(v.string());

/** A feature in the form that TFDS writes today, to which {@link asMessage} brings the older ones. */
const featureSchema = v.object({
  pythonClassName: v.string(),
  image: v.optional(v.object({ dtype: v.optional(v.string(), 'uint8'), shape, encodingFormat: text })),
  classLabel: v.optional(v.object({ numClasses: v.nullish(v.union([count, v.number()])) })),
  tensor: v.optional(v.object({ dtype: v.string(), encoding: text, shape })),
});

/**
 * `features.json` in every form since TFDS 4.0: the JSON of the protocol buffer `Feature`
 * (`tensorflow_datasets/core/proto/feature.proto`) since 4.6; `type` and `content` before, a message in 4.5 (`proto_cls` says of
 * which class), arguments of the class in Python up to 4.4 (`FeatureConnector.from_json`).
 */
export const featuresSchema = v.pipe(
  v.unknown(),
  v.transform(asMessage),
  v.object({
    featuresDict: v.object({ features: v.record(v.string(), featureSchema) }),
  }),
);

/** The features, whatever form they were written in. */
export function featuresOf({ featuresDict }: v.InferOutput<typeof featuresSchema>): PublishedFeature[] {
  return Object.entries(featuresDict.features).map(([name, feature]) => ({ name, ...kindOf(feature) }));
}

type FeatureJson = v.InferOutput<typeof featureSchema>;
type Kind = PublishedFeature extends infer F ? (F extends unknown ? Omit<F, 'name'> : never) : never;

function kindOf({ pythonClassName, image, classLabel, tensor }: FeatureJson): Kind {
  const isKnown = (lengths: readonly number[]): boolean => lengths.every((length) => length >= 0);
  const isPng = (image?.encodingFormat || 'png') === 'png';
  if (image !== undefined && isPng && isKnown(image.shape))
    return { kind: 'image', dtype: image.dtype, shape: image.shape };
  if (classLabel?.numClasses) return { kind: 'label', classes: classLabel.numClasses };
  const encoding = (['none', 'bytes'] as const).find((known) => known === (tensor?.encoding || 'none'));
  if (tensor !== undefined && encoding !== undefined && isKnown(tensor.shape))
    return { kind: 'tensor', dtype: tensor.dtype, shape: tensor.shape, encoding };
  return { kind: 'other', className: pythonClassName };
}

/** The field of the message `Feature` that a class's content stands in: by the class in Python, or the message's own. */
const FIELDS: Readonly<Record<string, string>> = {
  FeaturesDict: 'featuresDict',
  Image: 'image',
  ImageFeature: 'image',
  ClassLabel: 'classLabel',
  Tensor: 'tensor',
  TensorFeature: 'tensor',
};

/** A feature of `type` and `content` as the message that it is today; any other value as it is. */
function asMessage(value: unknown): unknown {
  if (!isRecord(value) || typeof value['type'] !== 'string') return value;
  const { type: pythonClassName, proto_cls: message, content } = value;
  const isMessage = typeof message === 'string' && message !== '';
  const field = FIELDS[lastName(isMessage ? message : pythonClassName)];
  if (field === undefined) return { pythonClassName };
  return { pythonClassName, [field]: isMessage ? parsed(content) : contentAsMessage(field, content) };
}

/** The first of TFDS 4.5 have a text of JSON within the JSON. */
function parsed(content: unknown): unknown {
  return typeof content === 'string' ? JSON.parse(content) : content;
}

function contentAsMessage(field: string, content: unknown): unknown {
  if (!isRecord(content)) return content;
  if (field === 'featuresDict')
    return {
      features: Object.fromEntries(Object.entries(content).map(([name, one]) => [name, asMessage(one)])),
    };
  const { shape: dimensions, num_classes: numClasses, encoding_format: encodingFormat, ...others } = content;
  return {
    ...others,
    numClasses,
    encodingFormat,
    ...(dimensions === undefined ? {} : { shape: { dimensions } }),
  };
}

/** The versions of TFDS that write a `features.json` of this form, as far as it could be read. */
export function featuresWriter({ value, json }: { value: unknown; json: unknown }): string {
  if (value === undefined || !isRecord(json)) return 'TFDS';
  if (json['type'] === undefined) return 'TFDS 4.6 or newer';
  return json['proto_cls'] ? 'TFDS 4.5' : 'TFDS 4.0 to 4.4';
}

function lastName(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
