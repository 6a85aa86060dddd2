import { expect, it } from 'vitest';
import { PROJECT, run } from './fixtures/cli.js';
import { snippets } from './reading.js';

it('docs/same-bytes.md shows what an earlier compressor did', async () => {
  const [snippet, ...others] = await snippets('same-bytes.md');
  expect(others).toEqual([]);
  const words = ['--input-type=module', '--eval', snippet!.code];
  const { code, stdout } = await run(process.execPath, words, { cwd: PROJECT });
  expect({ code, stdout }).toEqual({ code: 0, stdout: snippet!.output });
});
