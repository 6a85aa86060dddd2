import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type JS } from '@duckdb/node-api';
import { PROJECT } from './fixtures/cli.js';

/** The rows that the README's query gives of a data set, in whose directory DuckDB runs it. */
export async function readmeQuery(directory: string, dataset: string): Promise<JS[][]> {
  const readme = await readFile(join(PROJECT, 'README.md'), 'utf8');
  const [printed, ...others] = [...readme.matchAll(/^```sql\n([^`]*)^```$/gm)];
  const query = printed?.[1];
  if (query === undefined || others.length > 0) throw new Error('the README has not one query');
  if (!query.includes("'mnist-train-")) throw new Error(`the query asks for other files:\n${query}`);
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(`SET file_search_path = '${directory}'`);
    const result = await connection.runAndReadAll(query.replaceAll('mnist-train', `${dataset}-train`));
    return result.getRowsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** What it must give: each label, how often it comes, and the mean length of its images, rounded. */
export function readmeAnswer(examples: Iterable<{ label: bigint; image: Uint8Array }>): JS[][] {
  const sums = new Map<bigint, { count: number; bytes: number }>();
  for (const { label, image } of examples) {
    const sum = sums.get(label) ?? { count: 0, bytes: 0 };
    sums.set(label, { count: sum.count + 1, bytes: sum.bytes + image.length });
  }
  const labels = [...sums].sort(([a], [b]) => Number(a - b));
  return labels.map(([label, { count, bytes }]) => [label, BigInt(count), Math.round(bytes / count)]);
}
