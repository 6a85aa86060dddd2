import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from './fixtures/cli.js';

/** A block of code in a page of docs. */
export interface Snippet {
  /** The heading that it stands under, and its number there. */
  name: string;
  language: string;
  code: string;
  /** What it prints; none where no test runs it. */
  output: string | undefined;
}

/** The blocks of a page of docs, in order. */
export async function snippets(file = 'reading.md'): Promise<Snippet[]> {
  const page = await readFile(join(PROJECT, 'docs', file), 'utf8');
  return page
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [heading = ''] = section.split('\n', 1);
      const blocks = [
        ...section.matchAll(/^```(\w+)\n([^`]*(?:`[^`]+`[^`]*)*?)^```\n(?:\n```\n([^`]*)^```)?/gm),
      ];
      return blocks.map(([, language = '', code = '', output], at) => {
        const isRun = output !== undefined;
        if (isRun === /\bNo test runs this block\b/.test(section))
          throw new Error(`${heading}: the page must say that a block is not run, or show what it prints`);
        return { name: `${heading} ${at + 1}`, language, code, output };
      });
    });
}
