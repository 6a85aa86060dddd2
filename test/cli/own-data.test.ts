import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addOwnDataOptions, ownDataset } from '../../src/cli/own-data.js';

const splits = [{ name: 'train', pairs: [{ images: 'i', labels: undefined }], classFiles: [] }];

describe('ownDataset', () => {
  it('is what the words describe', () => {
    const words = {
      name: 'x',
      version: '1.2.3',
      description: 'Mine.',
      classNames: 'names.txt',
      as: 'tensor',
      shape: [28, 28],
      labelColumn: 1,
    } as const;
    expect(ownDataset(words, splits)).toEqual({ ...words, splits, npz: undefined });
    expect(ownDataset({ name: 'x', npz: 'mnist.npz' }, [])).toMatchObject({ npz: 'mnist.npz', splits: [] });
  });

  it('is none where nothing describes one', () => {
    expect(ownDataset({}, [])).toBeUndefined();
  });

  it.each([
    [{ name: 'x' }, [], '--name needs a split'],
    [{}, splits, '--name is missing'],
    [{ npz: 'mnist.npz' }, [], '--name is missing'],
    [{ classNames: 'names.txt', as: 'image' as const }, [], '--class-names and --as without --name'],
    [{ shape: [1], labelColumn: 0 }, [], '--shape and --label-column without --name'],
    [{ classPerFile: true }, [], '--class-per-file without --name'],
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

describe("the options of one's own data", () => {
  function read(...words: string[]): Record<string, unknown> {
    const command = new Command().exitOverride().configureOutput({ outputError: () => {} });
    addOwnDataOptions(command, []);
    return command.parse(words, { from: 'user' }).opts();
  }

  it.each([
    ['28x28', [28, 28]],
    ['28X28x3', [28, 28, 3]],
    ['28,28', [28, 28]],
    ['28×28', [28, 28]],
    ['784', [784]],
  ])('--shape %s is %j', (text, shape) => {
    expect(read('--shape', text)).toEqual({ shape });
  });

  it.each(['', '28x', '0x28', '28x28x1x1', '28 x 28', '-1x2', '2.5x2', '1e3', '28x28,'])(
    '--shape %j is refused',
    (text) => {
      expect(() => read('--shape', text)).toThrow('It is 1 to 3 numbers, such as 28x28 or 28x28x1.');
    },
  );

  it.each(['', '-1', '1.5', 'a', '0x1'])('--label-column %j is refused', (text) => {
    expect(() => read(`--label-column=${text}`)).toThrow(/whole number|argument missing/);
  });

  it('--label-column takes a number from 0 on', () => {
    expect(read('--label-column', '0')).toEqual({ labelColumn: 0 });
  });

  it.each([['--train=train'], ['--test=test'], ['--split=a'], ['--class-per-file']])(
    '--npz does not go with %s',
    (word) => {
      expect(() => read('--npz', 'a.npz', word)).toThrow('cannot be used with option');
    },
  );
});
