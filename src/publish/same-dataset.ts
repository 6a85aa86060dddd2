import { type DatasetDefinition, featuresOf } from '../dataset/definition.js';
import { DatasetError } from '../errors.js';
import { type PublishedFeature, readFeatures, readInfo, readLabels } from '../published/manifest.js';

/** A part of a data set, as a definition has it and as it lies there, in words. */
interface Part {
  what: string;
  asked: string;
  there: string;
}

/**
 * Sees that a data set that is there is the one of a definition, as far as its manifests tell: its splits and their numbers
 * of examples, its features, the names of its classes. All else may differ by who prepared it, and when. Manifests that are
 * not understood tell nothing.
 *
 * @param files names of the files that are there
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where it is another one
 */
export function requireSameDataset(
  definition: DatasetDefinition,
  directory: string,
  files: readonly string[],
): void {
  const other = partsOf(definition, directory, files).find(({ asked, there }) => asked !== there);
  if (other === undefined) return;
  throw new DatasetError('OUTPUT_OCCUPIED', `${directory} holds a data set with other ${other.what}`, {
    expected: other.asked,
    found: other.there,
    next: 'Choose another --out or another version, or replace what is there with --overwrite.',
  });
}

function partsOf(definition: DatasetDefinition, directory: string, files: readonly string[]): Part[] {
  try {
    const features = readFeatures(directory);
    // A feature of a class that is not known here may be anything.
    if (features.some(({ kind }) => kind === 'other')) return [splits(definition, directory)];
    return [
      splits(definition, directory),
      { what: 'features', asked: featuresText(featuresIn(definition)), there: featuresText(features) },
      ...classNames(definition, directory, files),
    ];
  } catch (error) {
    if (error instanceof DatasetError) return [];
    throw error;
  }
}

function splits(definition: DatasetDefinition, directory: string): Part {
  const inWords = (splits: readonly { name: string; rows: number }[]): string =>
    sorted(splits.map(({ name, rows }) => `${name}: ${rows} examples`));
  return { what: 'splits', asked: inWords(definition.splits), there: inWords(readInfo(directory).splits) };
}

function featuresIn(definition: DatasetDefinition): PublishedFeature[] {
  const { input } = featuresOf(definition);
  const { label } = definition;
  const features: PublishedFeature[] = [input.kind === 'image' ? input : { ...input, encoding: 'none' }];
  return label === undefined ? features : [...features, { ...label, kind: 'label' }];
}

function featuresText(features: readonly PublishedFeature[]): string {
  return sorted(
    features.map((feature) => {
      if (feature.kind === 'label') return `${feature.name}: label of ${feature.classes} classes`;
      if (feature.kind === 'other') return feature.name;
      return `${feature.name}: ${feature.kind} of ${feature.shape.join('x') || 'one number'}, ${feature.dtype}`;
    }),
  );
}

function classNames({ label }: DatasetDefinition, directory: string, files: readonly string[]): Part[] {
  if (label === undefined) return [];
  const numbers = Array.from({ length: label.classes }, (_, number) => String(number));
  const there = readLabels(directory, label.name, files) ?? numbers;
  const { classNames: asked = numbers } = label;
  const at = asked.findIndex((name, number) => name !== there[number]);
  const inWords = (names: readonly string[]): string => `class ${at} is ${JSON.stringify(names[at])}`;
  return at === -1 ? [] : [{ what: 'class names', asked: inWords(asked), there: inWords(there) }];
}

function sorted(parts: readonly string[]): string {
  return [...parts].sort().join(', ');
}
