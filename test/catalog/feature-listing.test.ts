import { describe, expect, it } from 'vitest';
import { featureRows, featureStructure } from '../../src/catalog/feature-listing.js';
import type { PublishedFeature } from '../../src/directory/features.js';

const FEATURES: PublishedFeature[] = [
  { name: 'z', kind: 'tensor', dtype: 'float32', shape: [3], encoding: 'none' },
  { name: 'label', kind: 'label', classes: 62 },
  { name: 'image', kind: 'image', dtype: 'uint8', shape: [28, 28, 1] },
  { name: 'scalar', kind: 'tensor', dtype: 'int16', shape: [], encoding: 'none' },
  { name: 'text', kind: 'other', className: 'tensorflow_datasets.core.features.text_feature.Text' },
];

describe('the listings of features', () => {
  it('are what Python prints, in the order of names', () => {
    expect(featureStructure(FEATURES)).toBe(`FeaturesDict({
    'image': Image(shape=(28, 28, 1), dtype=uint8),
    'label': ClassLabel(shape=(), dtype=int64, num_classes=62),
    'scalar': int16,
    'text': Text(...),
    'z': Tensor(shape=(3,), dtype=float32),
})`);
  });

  it('are a table with the dictionary first, and no shape of a scalar', () => {
    expect(featureRows(FEATURES).map((row) => row.join('|'))).toEqual([
      '|FeaturesDict|||',
      'image|Image|(28, 28, 1)|uint8|',
      'label|ClassLabel||int64|',
      'scalar|Tensor||int16|',
      'text|Text|||',
      'z|Tensor|(3,)|float32|',
    ]);
  });
});
