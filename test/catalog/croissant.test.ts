import { describe, expect, it } from 'vitest';
import { croissantJson } from '../../src/catalog/croissant.js';
import type { CatalogTexts } from '../../src/catalog/source.js';
import { mnistTexts } from './texts.js';

const file = (name: string) => ({ name, bytes: 5, sha256: 'ab'.repeat(32) });

function parsed(texts: CatalogTexts): Record<string, unknown> {
  const value: unknown = JSON.parse(croissantJson(texts));
  return { ...(value as Record<string, unknown>) };
}

describe('croissant.json', () => {
  it('names the shards with their checksums, beside its own folder, and no other file', () => {
    const files = ['mnist-train.tfrecord-00000-of-00001', 'mnist-test-00000-of-00001.parquet'].map((name) =>
      file(name),
    );
    const texts = {
      ...mnistTexts(),
      files: [...files, file('dataset_info.json'), { ...file('notes.txt'), sha256: undefined }],
    };
    expect(parsed(texts)).toMatchObject({
      conformsTo: 'http://mlcommons.org/croissant/1.0',
      name: 'mnist',
      distribution: [
        {
          '@id': files[0]!.name,
          contentUrl: `../${files[0]!.name}`,
          contentSize: '5 B',
          sha256: 'ab'.repeat(32),
        },
        { '@id': files[1]!.name, encodingFormat: 'application/x-parquet' },
      ],
      recordSet: [{ '@id': 'test', field: [{ '@id': 'test/label' }, { '@id': 'test/image' }] }],
    });
  });

  it.each([
    ['@article{lecun2010mnist,\n  year={2010},\n  volume={2}\n}', '2010'],
    ['@online{xiao2017/online,\n  date         = {2017-08-28},\n  year         = {2017},\n}', '2017'],
    ['@misc{a, year = 1998, title={The year = {2000} problem}}', '1998'],
    ['@article{lecun2010mnist}', undefined],
    [undefined, undefined],
  ])('was published in the year that its citation gives, or at no date: %s', (citation, year) => {
    const texts = mnistTexts();
    expect(parsed({ ...texts, info: { ...texts.info, citation } })['datePublished']).toBe(year);
  });

  it('has the license, where one is known', () => {
    expect(parsed({ ...mnistTexts(), license: 'cc-by-sa-3.0' })).toMatchObject({ license: 'cc-by-sa-3.0' });
    expect(parsed(mnistTexts())).not.toHaveProperty('license');
  });

  it('has the classes as an enumeration where they have names, and every shard as a set of records', () => {
    const texts = mnistTexts();
    const [train] = texts.info.splits;
    const splits = [{ ...train!, shardLengths: [30000, 30000] }];
    const names = ['mnist-train-00000-of-00002.parquet', 'mnist-train-00001-of-00002.parquet'];
    const classNames = ['zero', 'one'];
    const { recordSet } = parsed({
      ...texts,
      info: { ...texts.info, splits },
      classNames,
      files: names.map((name) => file(name)),
    });
    expect(recordSet).toMatchObject([
      {
        '@id': 'classes',
        dataType: 'sc:Enumeration',
        data: [
          { 'classes/label': 0, 'classes/name': 'zero' },
          { 'classes/label': 1, 'classes/name': 'one' },
        ],
      },
      { '@id': 'train-00000', field: [{ references: { field: { '@id': 'classes/label' } } }, {}] },
      { '@id': 'train-00001', field: [{ source: { fileObject: { '@id': names[1] } } }, {}] },
    ]);
  });

  it('has no records of a shard without a checksum', () => {
    expect(
      parsed({
        ...mnistTexts(),
        files: [{ ...file('mnist-test-00000-of-00001.parquet'), sha256: undefined }],
      }),
    ).toMatchObject({
      distribution: [],
      recordSet: [],
    });
  });
});
