import { prepare, readDefinition } from '../index.js';

/** Prepares a data set that the project does not bring, through the library: DEFINITION ARCHIVES OUT WORKERS. */
const [definition = '', archives, out = '', workers] = process.argv.slice(2);
await prepare(await readDefinition(definition), {
  out,
  archives,
  cacheDir: out,
  workers: Number(workers),
});
