// Prepares data sets one after the other in this process, by the library of the compiled project. The first word names a file
// with the tasks as JSON: the definition's path, where the data set goes, and the options. For each a line is printed, its
// SHA256SUMS as JSON; the data set is gone then.
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { prepare, readDefinition } from '../../dist/src/index.js';

const [file = ''] = process.argv.slice(2);
for (const { definition, ...options } of JSON.parse(readFileSync(file, 'utf8'))) {
  const { directory } = await prepare(await readDefinition(definition), {
    archives: dirname(definition),
    cacheDir: process.env.IDX_SHARDS_CACHE,
    ...options,
  });
  console.log(JSON.stringify(readFileSync(join(directory, 'SHA256SUMS'), 'utf8')));
  rmSync(options.out, { recursive: true });
}
