import { describe, expect, it } from 'vitest';
import type { DatasetDefinition } from '../../../src/dataset/definition.js';
import { type CardContent, cardText, licenseIn } from '../../../src/directory/manifest/card.js';
import type { TableLayout } from '../../../src/rows/table.js';
import { tinyDefinition } from '../../dataset/tiny.js';

const TABLE: TableLayout = {
  columns: { image: 'image', label: 'label' },
  classNames: ['one', 'two', 'three'],
  image: 'png',
  tensors: 'list',
  dtype: 'uint8',
  shape: [2, 3, 1],
};

function card(change: Partial<CardContent> = {}, definition: Partial<DatasetDefinition> = {}): string {
  return cardText({
    definition: tinyDefinition(definition),
    splits: [
      { name: 'train', numBytes: 300, shardLengths: [2, 1] },
      { name: 'test', numBytes: 90, shardLengths: [1] },
    ],
    formats: ['tfrecord', 'parquet'],
    table: TABLE,
    ...change,
  });
}

/** The lines between `---` and `---`. */
function frontMatter(text: string): string {
  return /^---\n(.*?)\n---\n\n/s.exec(text)?.[1] ?? '';
}

describe('cardText', () => {
  it('says to the hub and to datasets what is where', () => {
    expect(frontMatter(card())).toBe(`license: "cc-by-4.0"
pretty_name: "Tiny"
task_categories:
- image-classification
size_categories:
- n<1K
configs:
- config_name: default
  data_files:
  - split: "train"
    path: "tiny-train-?????-of-00002.parquet"
  - split: "test"
    path: "tiny-test-00000-of-00001.parquet"
dataset_info:
  features:
  - name: "image"
    dtype: image
  - name: "label"
    dtype:
      class_label:
        names:
          '0': "one"
          '1': "two"
          '2': "three"
  splits:
  - name: "train"
    num_bytes: 300
    num_examples: 3
  - name: "test"
    num_bytes: 90
    num_examples: 1
  dataset_size: 390`);
  });

  it('says to people what it is and what reads it', () => {
    const text = card().slice(card().indexOf('\n---\n\n') + 6);
    expect(text).toBe(`# Tiny

Three rows.

Homepage: <https://tiny.invalid/>

| split | rows | shards |
|---|---|---|
| train | 3 | 2 |
| test | 1 | 1 |

This is \`tiny\` 1.2.3, prepared by idx-shards as tfrecord, parquet, the same rows in the same order in each. TensorFlow Datasets reads it: \`tfds.builder_from_directory(DIR)\`. Hugging Face datasets opens its parquet shards: \`load_dataset(DIR)\`. \`SHA256SUMS\` has the checksum of every file.

\`\`\`bibtex
@misc{tiny}
\`\`\`
`);
  });

  it('says what cannot read it', () => {
    const columns = card({ formats: ['arrow'] });
    expect(columns).toContain('prepared by idx-shards as arrow. TensorFlow Datasets cannot read it');
    expect(columns).toContain('path: "tiny-test-00000-of-00001.arrow"');
    const records = card({ formats: ['tfrecord', 'array_record'] });
    expect(records).toContain('Hugging Face datasets cannot open it');
    expect(records).not.toContain('configs:');
    const extension = card({ table: { ...TABLE, image: 'tensor', tensors: 'extension' } });
    expect(extension).toContain('Hugging Face datasets cannot open it');
    expect(extension).not.toContain('dataset_info:');
  });

  it('names splits by words, each by another', () => {
    const names = ['dev-set', 'dev_set', 'Train', 'a-b-c'];
    const splits = names.map((name) => ({ name, numBytes: 1, shardLengths: [1] }));
    const text = card({ splits });
    expect([...text.matchAll(/- split: "(.*)"/g)].map(([, name]) => name)).toEqual([
      'dev_set_',
      'dev_set',
      'Train',
      'a_b_c',
    ]);
    expect(text).toContain('path: "tiny-dev-set-00000-of-00001.parquet"');
    expect(text).toContain('There `dev-set` is `dev_set_`, `a-b-c` is `a_b_c`.');
  });

  it('has patterns that fit the shards of one split alone', () => {
    const splits = [
      { name: 'a', numBytes: 1, shardLengths: new Array<number>(3).fill(1) },
      { name: 'b', numBytes: 1, shardLengths: new Array<number>(100_001).fill(1) },
    ];
    const paths = [...card({ splits }).matchAll(/path: "(.*)"/g)].map(([, path]) => path);
    expect(paths).toEqual(['tiny-a-?????-of-00003.parquet', 'tiny-b-??????-of-100001.parquet']);
  });

  it('describes tensors, scalars, the index, and labels without names', () => {
    const columns = { image: 'features', label: 'label', index: 'index' };
    const tensor: TableLayout = {
      ...TABLE,
      columns,
      image: 'tensor',
      dtype: 'float32',
      classNames: undefined,
    };
    expect(card({ table: tensor })).toContain(`  features:
  - name: "features"
    sequence: float32
    length: 6
  - name: "label"
    dtype: int64
  - name: "index"
    dtype: int64
`);
    const scalar: TableLayout = { ...tensor, shape: [], columns: { image: 'value' } };
    expect(card({ table: scalar })).toContain(
      '  features:\n  - name: "value"\n    dtype: float32\n  splits:',
    );
  });

  it('escapes what YAML and JSON escape', () => {
    const classNames = ['a "b" \\ c', 'ō 😀', 'x\u0085\u2028y: #'];
    expect(card({ table: { ...TABLE, classNames } })).toContain(
      `          '0': "a \\"b\\" \\\\ c"\n          '1': "ō 😀"\n          '2': "x\\u0085\\u2028y: #"\n`,
    );
  });

  it.each([
    [999, 'n<1K'],
    [1000, '1K<n<10K'],
    [70_000, '10K<n<100K'],
    [814_255, '100K<n<1M'],
    [2 ** 31 - 1, '1B<n<10B'],
  ])('%d rows are %s', (rows, category) => {
    const splits = [{ name: 'train', numBytes: 1, shardLengths: [rows] }];
    expect(card({ splits })).toContain(`size_categories:\n- ${category}\n`);
  });

  it('names its license, which is read back', () => {
    expect(licenseIn(card())).toBe('cc-by-4.0');
    expect(licenseIn(card({}, { license: undefined }))).toBeUndefined();
  });

  it('leaves out what is not known', () => {
    const text = card(
      { table: { ...TABLE, columns: { image: 'image' } } },
      {
        license: undefined,
        prettyName: undefined,
        homepage: undefined,
        citation: undefined,
        label: undefined,
      },
    );
    expect(text).not.toMatch(/license|pretty_name|task_categories|undefined|Homepage|bibtex/);
    expect(text).toContain('\n# tiny\n');
  });
});
