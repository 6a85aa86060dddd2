import { type DatasetDefinition, parseDefinition } from '../../src/dataset/definition.js';

/** The JSON of a definition with every field that one can have; a fresh copy, for a test to change. */
export function tinyJson() {
  const archive = (file: string) => ({ file, bytes: 100, sha256: 'ab'.repeat(32) });
  return {
    $schema: './definition.schema.json',
    name: 'tiny',
    version: '1.2.3',
    description: 'Three rows.',
    citation: '@misc{tiny}',
    homepage: 'https://tiny.invalid/',
    moduleName: 'tiny_module',
    mirrors: ['https://a.invalid/tiny/', 'https://b.invalid/'],
    image: { name: 'image', shape: [2, 3, 1] },
    label: { name: 'label', classes: 3, classNames: ['one', 'two', 'three'] },
    splits: [
      { name: 'train', rows: 3, images: archive('train-images.gz'), labels: archive('train-labels.gz') },
      { name: 'test', rows: 1, images: archive('test-images.gz'), labels: archive('test-labels.gz') },
    ],
  };
}

/** A small definition, with some of its fields changed. */
export function tinyDefinition(change: Partial<DatasetDefinition> = {}): DatasetDefinition {
  return { ...parseDefinition(tinyJson(), 'tiny.json'), ...change };
}
