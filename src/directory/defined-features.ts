import { type DatasetDefinition, featuresOf } from '../dataset/definition.js';
import type { PublishedFeature } from './features.js';

/** The features of a definition, as `features.json` tells of them once it is prepared. */
export function definedFeatures(definition: DatasetDefinition): PublishedFeature[] {
  const { input } = featuresOf(definition);
  const { label } = definition;
  const features: PublishedFeature[] = [input.kind === 'image' ? input : { ...input, encoding: 'none' }];
  return label === undefined
    ? features
    : [...features, { name: label.name, classes: label.classes, kind: 'label' }];
}
