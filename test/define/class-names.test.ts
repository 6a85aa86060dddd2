import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClassNames } from '../../src/define/class-names.js';
import { scratchDir } from '../scratch-dir.js';

async function read(content: string | Uint8Array): Promise<string[]> {
  const path = join(await scratchDir(), 'names.txt');
  await writeFile(path, content);
  return readClassNames(path);
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
});
