import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../../src/dataset/registry.js';
import { featuresJson, labelsFileName, labelsText } from '../../../src/directory/manifest/features.js';
import { tinyDefinition } from '../../dataset/tiny.js';

describe('featuresJson', () => {
  it('describes MNIST as TFDS 4.9 does, byte for byte', async () => {
    const text = featuresJson(await loadDefinition('mnist'));
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '877296958ef3c41208653af20b2b746a8f1436c3e3adbdb78f764c792113f750',
    );
  });

  it('tells names, shape and number of classes', () => {
    const definition = tinyDefinition({
      image: { name: 'picture', shape: [2, 3, 1] },
      label: { name: 'kind', classes: 7 },
    });
    expect(JSON.parse(featuresJson(definition)).featuresDict.features).toEqual({
      picture: {
        image: { dtype: 'uint8', shape: { dimensions: ['2', '3', '1'] } },
        pythonClassName: 'tensorflow_datasets.core.features.image_feature.Image',
      },
      kind: {
        classLabel: { numClasses: '7' },
        pythonClassName: 'tensorflow_datasets.core.features.class_label_feature.ClassLabel',
      },
    });
  });

  it('puts the features in the order of their names', () => {
    const definition = tinyDefinition({
      image: { name: '9', shape: [2, 3, 1] },
      label: { name: '10', classes: 3 },
    });
    const text = featuresJson(definition);
    expect(text.indexOf('"10": {')).toBeGreaterThan(0);
    expect(text.indexOf('"10": {')).toBeLessThan(text.indexOf('"9": {'));
  });

  it.each([
    ['int16', [2, 3], 'none'],
    ['float32', [], 'none'],
    // Without an encoding TFDS keeps doubles as float32.
    ['float64', [4], 'bytes'],
  ] as const)('describes a tensor of %s without labels', (dtype, shape, encoding) => {
    const { image: _, label: __, ...rest } = tinyDefinition();
    const tensor = { name: 'features', dtype, shape: [...shape] };
    expect(JSON.parse(featuresJson({ ...rest, tensor }))).toEqual({
      featuresDict: {
        features: {
          features: {
            pythonClassName: 'tensorflow_datasets.core.features.tensor_feature.Tensor',
            tensor: {
              dtype,
              encoding,
              shape: shape.length === 0 ? {} : { dimensions: shape.map(String) },
            },
          },
        },
      },
      pythonClassName: 'tensorflow_datasets.core.features.features_dict.FeaturesDict',
    });
  });

  it('says nothing of class names', () => {
    const { label, ...rest } = tinyDefinition();
    const { classNames, ...unnamed } = label!;
    expect(classNames).toHaveLength(3);
    expect(featuresJson({ ...rest, label: label! })).toBe(featuresJson({ ...rest, label: unnamed }));
  });
});

describe('labels', () => {
  it('stand one a line, each line ended', () => {
    expect(labelsText(['T-shirt/top', 'ō', 'Ankle boot'])).toBe('T-shirt/top\nō\nAnkle boot\n');
    expect(labelsText([])).toBe('');
  });

  it('lie in a file named after the feature', () => {
    expect(labelsFileName('label')).toBe('label.labels.txt');
  });
});
