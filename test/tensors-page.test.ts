import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { DTYPE_NAMES, tensorEncoding } from '../src/dataset/feature.js';
import { cellReader } from '../src/load/cells.js';
import { kindOf } from '../src/load/kinds.js';

it('docs/tensors.md has every type, and what it is loaded as', async () => {
  const text = await readFile(new URL('../docs/tensors.md', import.meta.url), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => /^\| u?(bool|int|float)\d* \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows.map(([, name]) => name)).toEqual(DTYPE_NAMES);
  for (const [at, dtype] of DTYPE_NAMES.entries()) {
    const [, , example = '', , , loaded = ''] = rows[at]!;
    expect(example.includes(`encoding='bytes'`)).toBe(tensorEncoding(dtype) === 'bytes');
    const feature = { name: 'x', kind: 'tensor', dtype, shape: [], encoding: 'none' } as const;
    const value = cellReader(feature, kindOf(feature)!).value({ numbers: [1] });
    const array = typeof value === 'object' && 'data' in value ? value.data[Symbol.toStringTag] : undefined;
    expect(array).toBe(loaded.split(' ')[0]);
  }
});
