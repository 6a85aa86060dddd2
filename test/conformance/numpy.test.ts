import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { elementsLength } from '../../src/arrays/header.js';
import { ArrayReader } from '../../src/arrays/reader.js';
import { DTYPES } from '../../src/dataset/feature.js';
import { codeOf } from '../../src/errors.js';
import { emptyFolder } from '../fixtures/folder.js';
import { turned } from '../fixtures/npy.js';
import { askReader } from './readers.js';

/** A file that numpy wrote, and what is in it. */
interface Case {
  file: string;
  dtype?: string;
  shape?: number[];
  hex?: string;
  refused?: string;
}

async function readCase(path: string, file: string): Promise<Case> {
  try {
    const array = await ArrayReader.open(createReadStream(path), path);
    const { header } = array;
    const elements = Buffer.alloc(elementsLength(header));
    await array.read(elements);
    await array.end();
    const isTurned = !header.littleEndian && DTYPES[header.dtype].bytes > 1;
    const little = isTurned ? turned(elements, header.dtype) : elements;
    return { file, dtype: header.dtype, shape: [...header.dimensions], hex: little.toString('hex') };
  } catch (error) {
    return { file, refused: codeOf(error) ?? String(error) };
  }
}

it('NPY files of numpy, in every version and order of bytes, are read as numpy reads them, or refused', async (context) => {
  const folder = await emptyFolder();
  const cases = await askReader(context, 'write_npy.py', [folder]);
  if (!Array.isArray(cases)) throw new Error(`no list: ${JSON.stringify(cases)}`);
  expect(cases.length).toBeGreaterThan(500);
  const expected: Case[] = cases;
  const read = [];
  for (const { file } of expected) read.push(await readCase(join(folder, file), file));
  expect(read).toEqual(expected);
});
