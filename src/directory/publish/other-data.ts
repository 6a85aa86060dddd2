import type { DatasetDefinition } from '../../dataset/definition.js';
import { datasetId } from '../../dataset/definition.js';
import { DatasetError } from '../../errors.js';
import type { FormatName } from '../../formats/formats.js';
import { definedFeatures } from '../defined-features.js';
import type { PublishedFeature } from '../features.js';
import { idOf } from '../info.js';
import type { DatasetDirectory } from '../read.js';
import { directoryText } from '../text.js';

/** A part of a data set, as a definition has it and as it lies there, in words. */
export interface Part {
  what: string;
  asked: string;
  there: string;
}

/**
 * In what a data set that is there is another than that of a definition, as far as its manifests tell: its name and version, its
 * splits and their numbers of examples, its features, the names of its classes. All else may differ by who prepared it, and when.
 *
 * @param there a whole data set
 */
export function otherPart(definition: DatasetDefinition, there: DatasetDirectory): Part | undefined {
  const { info, features } = there;
  if (info === undefined || features === undefined) return undefined;
  const splits = (all: readonly { name: string; rows: number }[]): string =>
    sorted(all.map(({ name, rows }) => `${name}: ${rows} examples`));
  const title = (id: string, version: string): string => `${id} ${version}`;
  const parts = [
    {
      what: 'name',
      asked: title(datasetId(definition), definition.version),
      there: title(idOf(info), info.version),
    },
    { what: 'splits', asked: splits(definition.splits), there: splits(info.splits) },
    { what: 'features', asked: featuresText(definedFeatures(definition)), there: featuresText(features) },
    ...classNames(definition, there),
  ];
  return parts.find((part) => part.asked !== part.there);
}

/** What is said of a data set that may not stand there. */
export interface InTheWay {
  /** The formats that are wanted. */
  formats: readonly FormatName[];
  /** What to do where it is another data set, and where it lacks a format. */
  next: { other: string; lacking: string };
}

/**
 * Sees that a data set that is there is that of a definition, and in the formats that are wanted.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED`
 */
export function expectSame(
  definition: DatasetDefinition,
  there: DatasetDirectory,
  { formats: asked, next }: InTheWay,
): void {
  const { path: directory, formats } = there;
  const other = otherPart(definition, there);
  if (other !== undefined)
    throw new DatasetError('OUTPUT_OCCUPIED', `${directory} holds a data set with other ${other.what}`, {
      expected: other.asked,
      found: `${other.there}, in ${directoryText(there)}`,
      next: next.other,
    });
  const lacking = asked.filter((format) => !formats.includes(format));
  if (lacking.length === 0) return;
  const message = `${directory} holds the data set, but not as ${lacking.join(', ')}`;
  throw new DatasetError('OUTPUT_OCCUPIED', message, {
    expected: asked.join(', '),
    found: formats.join(', '),
    next: next.lacking,
  });
}

function featuresText(features: readonly PublishedFeature[]): string {
  return sorted(
    features.map((feature) => {
      if (feature.kind === 'label') return `${feature.name}: label of ${feature.classes} classes`;
      if (feature.kind === 'other') return `${feature.name}: ${feature.className}`;
      return `${feature.name}: ${feature.kind} of ${feature.shape.join('x') || 'one number'}, ${feature.dtype}`;
    }),
  );
}

function classNames({ label }: DatasetDefinition, { classNames: names }: DatasetDirectory): Part[] {
  if (label === undefined) return [];
  const numbers = Array.from({ length: label.classes }, (_, number) => String(number));
  const there = names.get(label.name) ?? numbers;
  const { classNames: asked = numbers } = label;
  const at = asked.findIndex((name, number) => name !== there[number]);
  const inWords = (all: readonly string[]): string => `class ${at} is ${JSON.stringify(all[at])}`;
  return at === -1 ? [] : [{ what: 'class names', asked: inWords(asked), there: inWords(there) }];
}

function sorted(parts: readonly string[]): string {
  return [...parts].sort().join(', ');
}
