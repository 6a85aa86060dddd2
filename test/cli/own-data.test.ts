import { describe, expect, it } from 'vitest';
import { ownDataset, takeSplits } from '../../src/cli/own-data.js';

describe('takeSplits', () => {
  it.each([
    { words: ['--out', 'out'], splits: [], rest: ['--out', 'out'] },
    {
      words: ['--name', 'x', '--train', 'i', 'l', '--out', 'out'],
      splits: [{ name: 'train', images: 'i', labels: 'l' }],
      rest: ['--name', 'x', '--train=train', '--out', 'out'],
    },
    {
      words: ['--test', 'i', '--train', 'j', 'k', 'more'],
      splits: [
        { name: 'test', images: 'i', labels: undefined },
        { name: 'train', images: 'j', labels: 'k' },
      ],
      rest: ['--test=test', '--train=train', 'more'],
    },
    {
      words: ['--split', 'a', 'i', 'l', '--split', 'b', 'j', '--json'],
      splits: [
        { name: 'a', images: 'i', labels: 'l' },
        { name: 'b', images: 'j', labels: undefined },
      ],
      rest: ['--split=a', '--split=b', '--json'],
    },
    {
      words: ['--train', 'i', '-h'],
      splits: [{ name: 'train', images: 'i', labels: undefined }],
      rest: ['--train=train', '-h'],
    },
    {
      words: ['--train', 'i', '--', '--test', 'j'],
      splits: [{ name: 'train', images: 'i', labels: undefined }],
      rest: ['--train=train', '--', '--test', 'j'],
    },
  ])('takes the splits of $words in their order', ({ words, splits, rest }) => {
    expect(takeSplits(words)).toEqual({ splits, rest });
  });

  it.each([
    [['--train']],
    [['--train', '--out', 'out']],
    [['--train', '']],
    [['--train', 'i', '']],
    [['--train=i', 'l']],
    [['--split', 'a']],
    [['--split', '', 'i']],
    [['--split=a', 'i']],
  ])('refuses %j', (words) => {
    expect(() => takeSplits(words)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining('files: images, then labels'),
      }),
    );
  });
});

describe('ownDataset', () => {
  const splits = [{ name: 'train', images: 'i', labels: undefined }];

  it('is what the words describe', () => {
    const words = {
      name: 'x',
      version: '1.2.3',
      description: 'Mine.',
      classNames: 'names.txt',
      as: 'tensor',
    } as const;
    expect(ownDataset(words, splits)).toEqual({ ...words, splits });
  });

  it('is none where nothing describes one', () => {
    expect(ownDataset({}, [])).toBeUndefined();
  });

  it.each([
    [{ name: 'x' }, [], '--name needs a split'],
    [{}, splits, '--name is missing'],
    [{ classNames: 'names.txt', as: 'image' as const }, [], '--class-names and --as without --name'],
    [
      { description: 'Mine.', version: '1.2.3' },
      [],
      '--description and --version with a value without --name',
    ],
  ])('refuses %j with splits %j', (words, given, message) => {
    expect(() => ownDataset(words, given)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }),
    );
  });
});
