import { type DatasetDefinition, parseDefinition } from '../../src/dataset/definition.js';

/** The JSON of a definition; a fresh copy, for a test to change. */
export function tinyJson() {
  const archive = (file: string) => ({ file, bytes: 100, sha256: 'ab'.repeat(32) });
  return {
    $schema: './definition.schema.json',
    name: 'tiny',
    version: '1.2.3',
    description: 'Three rows.',
    citation: '@misc{tiny}',
    homepage: 'https://tiny.invalid/',
    license: 'cc-by-4.0',
    prettyName: 'Tiny',
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

/** The JSON of a definition with every field that one can have, of a data set with configs; a fresh copy too. */
export function tinyConfigJson() {
  const { splits, ...json } = tinyJson();
  const member = (path: string) => ({ file: 'test.zip', bytes: 70, sha256: 'ef'.repeat(32), member: path });
  return {
    ...json,
    config: { name: 'small', description: 'The small one.' },
    defaultConfig: 'large',
    releaseNotes: { '1.2.3': 'It is smaller.' },
    splits: splits.map((split) =>
      split.name === 'train'
        ? {
            ...split,
            firstRows: true,
            images: { ...split.images, content: { bytes: 34, sha256: '12'.repeat(32) } },
          }
        : { ...split, images: member('gzip/images.gz'), labels: member('gzip/labels.gz') },
    ),
  };
}

/** The same rows in several archives: those of one split each of one class, those of the other with labels. */
export function tinyPartsJson() {
  const { splits, ...json } = tinyJson();
  const [train, test] = splits;
  if (train === undefined || test === undefined) throw new Error('there are two splits');
  const { images } = train;
  const parts = [
    { rows: 2, images, class: 'one' },
    { rows: 1, images: { ...images, file: 'more images.npy' }, class: 'two' },
  ];
  const labelled = { rows: 1, images: test.images, labels: { ...test.labels, column: 3 } };
  return {
    ...json,
    splits: [
      { name: 'train', rows: 3, key: '{class}_{row}', parts },
      { name: 'test', rows: 1, parts: [labelled] },
    ],
  };
}

/** Puts `value` at a path such as `splits.0.name`; `undefined` removes the field. */
export function put(json: object, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at: object = json;
  for (const step of steps) {
    const inner: unknown = Reflect.get(at, step);
    if (typeof inner !== 'object' || inner === null) throw new Error(`there is no ${step} in ${path}`);
    at = inner;
  }
  if (value === undefined) Reflect.deleteProperty(at, last);
  else Reflect.set(at, last, value);
}

/** A small definition, with some of its fields changed. */
export function tinyDefinition(change: Partial<DatasetDefinition> = {}): DatasetDefinition {
  return { ...parseDefinition(tinyJson(), 'tiny.json'), ...change };
}
