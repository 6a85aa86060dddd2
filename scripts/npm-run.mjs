// The scripts of package.json that are commands, such as `node scripts/npm-run.mjs verify`: builds the project where it is not
// built yet, and runs the command that its words begin with.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiled = new URL('../dist/scripts/idx-shards.js', import.meta.url);
if (!existsSync(compiled)) await import('./build.mjs');

// npm runs a script in the folder of its package, wherever it was called (`npm --prefix DIR run prepare`, or from a folder within
// the package): paths on the command line are those of the caller's folder, which npm tells in INIT_CWD.
const { npm_package_json, INIT_CWD } = process.env;
const own = fileURLToPath(new URL('../package.json', import.meta.url));
if (npm_package_json === own && INIT_CWD !== undefined && INIT_CWD !== process.cwd()) process.chdir(INIT_CWD);

await import(compiled.href);
