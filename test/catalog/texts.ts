import type { CatalogTexts } from '../../src/catalog/source.js';

/** What MNIST's files tell, with some of it otherwise. */
export function mnistTexts(otherwise: Partial<CatalogTexts['info']> = {}): CatalogTexts {
  const split = (name: string, numBytes: number, rows: number) => ({
    name,
    template: '{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}',
    numBytes,
    shardLengths: [rows],
    rows,
  });
  return {
    id: 'mnist',
    info: {
      name: 'mnist',
      config: undefined,
      configDescription: undefined,
      version: '3.0.1',
      description: 'The MNIST database of handwritten digits.',
      citation: '@article{lecun2010mnist}',
      urls: ['http://yann.lecun.com/exdb/mnist/'],
      moduleName: 'tensorflow_datasets.image_classification.mnist',
      license: undefined,
      releaseNotes: {},
      downloadSize: 11594722,
      fileFormat: 'tfrecord',
      splits: [split('train', 18872042, 60000), split('test', 3150056, 10000)],
      supervisedKeys: ['image', 'label'],
      ...otherwise,
    },
    features: [
      { name: 'label', kind: 'label', classes: 10 },
      { name: 'image', kind: 'image', dtype: 'uint8', shape: [28, 28, 1] },
    ],
    classNames: undefined,
    license: undefined,
    samplesInParquet: false,
    files: [],
  };
}
