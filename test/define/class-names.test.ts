import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClassNames, readClassNames } from '../../src/define/class-names.js';
import { scratchDir } from '../scratch-dir.js';

async function readWithForm(content: string | Uint8Array): Promise<ClassNames> {
  const path = join(await scratchDir(), 'names.txt');
  await writeFile(path, content);
  return readClassNames(path);
}

async function read(content: string | Uint8Array): Promise<string[]> {
  return (await readWithForm(content)).names;
}

describe('readClassNames', () => {
  it('reads no more of a file than the names of any classes take', async () => {
    await expect(read(new Uint8Array(2 ** 24 + 1))).rejects.toMatchObject({
      code: 'CLASS_NAMES',
      message: expect.stringMatching(/ is too large$/),
    });
  });

  it.each([
    ['a\nb\n', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['\ufeffa\nb', ['a', 'b']],
    ['  T-shirt/top \n\tö x\n', ['T-shirt/top', 'ö x']],
    ['x', ['x']],
    // Names that are like mappings, and are none.
    ['class 0\nclass 1\nclass 2', ['class 0', 'class 1', 'class 2']],
    ['1 Euro\n2 Euro\n5 Euro', ['1 Euro', '2 Euro', '5 Euro']],
    ['0\n1\n2', ['0', '1', '2']],
    ['0 to 4', ['0 to 4']],
    ['3 a\n4 b\n5 c', ['3 a', '4 b', '5 c']],
    ['0 a\nb\n2 c', ['0 a', 'b', '2 c']],
    ['[unused]\nb', ['[unused]', 'b']],
    ['a,b\nc,d', ['a,b', 'c,d']],
  ])('of %j gives %j', async (content, names) => {
    expect(await read(content)).toEqual(names);
  });

  it.each([
    ['', 'has no class name', 'an empty file'],
    ['\n', 'has no name in line 1', 'an empty line'],
    ['\n\na', 'has no name in line 1', 'an empty line'],
    ['a\n\nb', 'has no name in line 2', 'an empty line'],
    ['a\n \n', 'has no name in line 2', 'an empty line'],
    ['a\nb\n\n', 'has no name in line 3', 'an empty line'],
    ['a\nb\na ', 'names two classes alike', '"a" in lines 1 and 3'],
    [Uint8Array.of(0x61, 0xff), 'is not text', 'other bytes'],
  ])('refuses %j', async (content, message, found) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'CLASS_NAMES',
      message: expect.stringMatching(`names.txt ${message}$`),
      found,
    });
  });

  const CODES = 'labels with codes of characters';
  const NUMBERED = 'numbered names';
  const LABELLED = 'names with their labels';
  const JSON_NAMES = 'names as JSON';

  it.each([
    ['0 48\n1 49\n2 50\n3 65\n', CODES, ['0', '1', '2', 'A']],
    ['1 66\n0 65', CODES, ['A', 'B']],
    ['0 65 97\r\n1 66 98\r\n', CODES, ['A/a', 'B/b']],
    ['0,T-shirt\n1,Trouser', NUMBERED, ['T-shirt', 'Trouser']],
    ['label,name\n0,"T-shirt, red"\n1,"a ""b"""\n', NUMBERED, ['T-shirt, red', 'a "b"']],
    ['0: T-shirt\n1: Trouser\n', NUMBERED, ['T-shirt', 'Trouser']],
    ["names:\n  0: 'cat'\n  1: dog house\n", NUMBERED, ['cat', 'dog house']],
    ['0 cat\n1 dog house', NUMBERED, ['cat', 'dog house']],
    ['1\tdog\n0\tcat', NUMBERED, ['cat', 'dog']],
    ['cat,0\ndog house,1', LABELLED, ['cat', 'dog house']],
    ['name\tlabel\ncat\t0\ndog\t1', LABELLED, ['cat', 'dog']],
    ['["a", "b c"]', JSON_NAMES, ['a', 'b c']],
    ['\n[\n"a"\n]', JSON_NAMES, ['a']],
    ['{"0": "a", "1": "b"}', JSON_NAMES, ['a', 'b']],
    ['{"b": 1, "a": 0}', JSON_NAMES, ['a', 'b']],
    ['{"model_type": "vit", "id2label": {"1": "b", "0": "a"}, "x": 5}', JSON_NAMES, ['a', 'b']],
    ['{"label2id": {"b": 1, "a": 0}}', JSON_NAMES, ['a', 'b']],
  ])('reads the mapping %j, and says that it has %s', async (content, form, names) => {
    expect(await readWithForm(content)).toEqual({ names, form });
  });

  it.each<[string, string, string | RegExp]>([
    ['1 65 97\n2 66 98\n3 67 99\n', 'has no name for label 0', 'labels from 1 on'],
    ['1 65\n2 66\n', 'has no name for label 0', 'labels from 1 on'],
    ['1,cat\n2,dog', 'has no name for label 0', 'labels from 1 on'],
    ['0 65\n2 66', 'has no name for label 1', 'none for label 1'],
    ['0 65\n0 66', 'names a label twice', '2 names for 1 labels'],
    ['0 65\n1 65', 'names two classes alike', '"A" in labels 0 and 1'],
    ['0 7\n1 65', 'has lines of numbers that are no names', '7, the code of no character that can be seen'],
    ['0 32\n1 65', 'has lines of numbers that are no names', /^32,/],
    ['0 55296\n1 65', 'has lines of numbers that are no names', /^55296,/],
    ['0 9999999', 'has lines of numbers that are no names', /^9999999,/],
    ['0 1\n1 0', 'has lines of numbers that are no names', /^1,/],
    ['0,""\n1,a', 'has no name for label 0', 'an empty one'],
    ['{"0": "a", "2": "b"}', 'has no name for label 1', 'none for label 1'],
    ['{"0": "a", "1": ["b"]}', 'is JSON without class names', 'an object with 0, 1'],
    ['{"a": 0.5}', 'has no name for label 0', 'labels from 0.5 on'],
    ['{"a": -1, "b": 0}', 'has no name for label 0', 'labels from -1 on'],
    ['{}', 'is JSON without class names', 'an object with nothing'],
    ['[]', 'is JSON without class names', 'none'],
    ['["a", 1]', 'is JSON without class names', 'other values among them'],
    ['["a", "a"]', 'names two classes alike', '"a" in labels 0 and 1'],
    ['{"0": "a",', 'begins as JSON and is none', /./],
    ['["a",', 'begins as JSON and is none', /./],
  ])('refuses the mapping %j', async (content, message, found) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'CLASS_NAMES',
      message: expect.stringMatching(`names.txt ${message}$`),
      found: typeof found === 'string' ? found : expect.stringMatching(found),
      next: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });
});
