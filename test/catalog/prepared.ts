import { join } from 'node:path';
import { type DatasetDefinition, loadDefinition, type PrepareOptions, prepare } from '../../src/index.js';
import { writeArchives } from '../fixtures/archives.js';
import { digitsArchives } from '../fixtures/digits.js';

/** What of a definition a test has otherwise. */
export type Otherwise = Partial<Omit<DatasetDefinition, 'label'>> & { classNames?: string[] };

/** The first 60 and 20 rows of `digits`, prepared in `folder`, which holds nothing yet; gives the directory. */
export async function preparedDigits(
  folder: string,
  { classNames, ...otherwise }: Otherwise = {},
  options: Partial<PrepareOptions> = {},
): Promise<string> {
  const digits = await loadDefinition('digits');
  const splits = digits.splits.map((split) => ({
    ...split,
    rows: split.name === 'train' ? 60 : 20,
    firstRows: true,
  }));
  const label = { name: 'label', classes: 10, ...(classNames === undefined ? {} : { classNames }) };
  const archives = join(folder, 'archives');
  await writeArchives(archives, digitsArchives);
  const { directory } = await prepare(
    { ...digits, splits, label, ...otherwise },
    {
      workers: 1,
      formats: ['tfrecord', 'parquet'],
      ...options,
      archives,
      cacheDir: join(folder, 'cache'),
      out: join(folder, 'out'),
    },
  );
  return directory;
}

/** Everything that a definition may say to do harm in a page. */
export const HOSTILE = {
  description: 'A "quoted" <script>alert(1)</script> & <img src=x onerror=alert(2)> ``` </title>\n\nline two',
  citation: '</code></pre><script>alert(3)</script>\n```\n@misc{x}',
  homepage: 'javascript:alert(4)',
  classNames: [
    '<b>zero</b>',
    '"one" onload="alert(5)',
    "two'--",
    'three|four',
    '</select><script>alert(6)</script>',
    '\u001b[31mred',
    '七',
    '&lt;seven&gt;',
    '`eight`',
    '</svg><script>',
  ],
} as const;
