import type { PublishedFeature } from '../directory/features.js';

/** Names of the columns of TFDS's table of features: of each its name, TFDS's class, shape and element type, and what is said of it. */
export const FEATURE_COLUMNS = ['Feature', 'Class', 'Shape', 'Dtype', 'Description'] as const;

/** The features as Python prints TFDS's `FeaturesDict`, in the order of their names. */
export function featureStructure(features: readonly PublishedFeature[]): string {
  const lines = sorted(features).map((feature) => `    '${feature.name}': ${printed(feature)},`);
  return ['FeaturesDict({', ...lines, '})'].join('\n');
}

/** The rows of TFDS's table of features, the dictionary of them first. */
export function featureRows(features: readonly PublishedFeature[]): string[][] {
  return [['', 'FeaturesDict', '', '', ''], ...sorted(features).map(rowOf)];
}

function sorted(features: readonly PublishedFeature[]): PublishedFeature[] {
  return [...features].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function rowOf(feature: PublishedFeature): string[] {
  const { name } = feature;
  if (feature.kind === 'label') return [name, 'ClassLabel', '', 'int64', ''];
  if (feature.kind === 'other') return [name, lastName(feature.className), '', '', ''];
  // Of a scalar TFDS shows no shape.
  const shape = feature.shape.length === 0 ? '' : shapeText(feature.shape);
  return [name, feature.kind === 'image' ? 'Image' : 'Tensor', shape, feature.dtype, ''];
}

function printed(feature: PublishedFeature): string {
  switch (feature.kind) {
    case 'image':
      return `Image(shape=${shapeText(feature.shape)}, dtype=${feature.dtype})`;
    case 'label':
      return `ClassLabel(shape=(), dtype=int64, num_classes=${feature.classes})`;
    case 'tensor':
      return feature.shape.length === 0
        ? feature.dtype
        : `Tensor(shape=${shapeText(feature.shape)}, dtype=${feature.dtype})`;
    case 'other':
      return `${lastName(feature.className)}(...)`;
  }
}

/** A shape as Python prints a tuple: `(28, 28, 1)`, `(3,)`, `()`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

function lastName(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1);
}
