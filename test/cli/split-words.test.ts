import { describe, expect, it } from 'vitest';
import { takeSplits } from '../../src/cli/split-words.js';

/** A split with one pair. */
function pair(name: string, images: string, labels?: string) {
  return { name, pairs: [{ images, labels }], classFiles: [] };
}

describe('takeSplits', () => {
  it.each([
    { words: ['--out', 'out'], splits: [], rest: ['--out', 'out'] },
    {
      words: ['--name', 'x', '--train', 'i', 'l', '--out', 'out'],
      splits: [pair('train', 'i', 'l')],
      rest: ['--name', 'x', '--train=train', '--out', 'out'],
    },
    {
      words: ['--test', 'i', '--train', 'j', 'k', '--quiet', 'more'],
      splits: [pair('test', 'i'), pair('train', 'j', 'k')],
      rest: ['--test=test', '--train=train', '--quiet', 'more'],
    },
    {
      words: ['--split', 'a', 'i', 'l', '--split', 'b', 'j', '--json'],
      splits: [pair('a', 'i', 'l'), pair('b', 'j')],
      rest: ['--split=a', '--split=b', '--json'],
    },
    { words: ['--train', 'i', '-h'], splits: [pair('train', 'i')], rest: ['--train=train', '-h'] },
    {
      words: ['--train', 'i', '--', '--test', 'j'],
      splits: [pair('train', 'i')],
      rest: ['--train=train', '--', '--test', 'j'],
    },
    {
      words: ['--train', 'i', 'l', '--test', 't', '--train', 'j', 'k', '--split', 'train', 'm', 'n'],
      splits: [
        {
          name: 'train',
          pairs: [
            { images: 'i', labels: 'l' },
            { images: 'j', labels: 'k' },
            { images: 'm', labels: 'n' },
          ],
          classFiles: [],
        },
        pair('test', 't'),
      ],
      rest: ['--train=train', '--test=test', '--train=train', '--split=train'],
    },
    {
      words: ['--class-per-file', 'a', 'b', 'c', '--json'],
      splits: [{ name: 'train', pairs: [], classFiles: ['a', 'b', 'c'] }],
      rest: ['--class-per-file', '--json'],
    },
    {
      words: ['--train', 'a', 'b', 'c', '--split', 'val', 'd', '--class-per-file'],
      splits: [
        { name: 'train', pairs: [], classFiles: ['a', 'b', 'c'] },
        { name: 'val', pairs: [], classFiles: ['d'] },
      ],
      rest: ['--train=train', '--split=val', '--class-per-file'],
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
    [['--split', 'a', '--class-per-file']],
  ])('refuses %j', (words) => {
    expect(() => takeSplits(words)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining('files: images, then labels'),
      }),
    );
  });

  it('refuses what a shell makes of a pattern that is not in quotes', () => {
    expect(() => takeSplits(['--train', 'i-1', 'i-2', 'l-1', 'l-2', '--json'])).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message:
          "--train takes images and labels, and here are 4 files: put a pattern in quotes ('images-*.gz'), or repeat --train for each pair",
      }),
    );
  });

  it.each([[['--class-per-file=a']], [['--class-per-file', 'a', '']]])('refuses %j', (words) => {
    expect(() => takeSplits(words)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('takes files') }),
    );
  });
});
