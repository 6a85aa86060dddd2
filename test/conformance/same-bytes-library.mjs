// Prepares data sets one after the other in this process, by the library of the compiled project. The first word names a file
// with the tasks as JSON: the definition's path, where the data set goes, and the options. For each a line is printed: the
// directory that it made, or the error as JSON.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { prepare, readDefinition } from '../../dist/src/index.js';

const [file = ''] = process.argv.slice(2);
for (const { definition, ...options } of JSON.parse(readFileSync(file, 'utf8'))) {
  const { directory } = await prepare(await readDefinition(definition), {
    archives: dirname(definition),
    cacheDir: process.env.IDX_SHARDS_CACHE,
    ...options,
  });
  console.log(directory);
}
