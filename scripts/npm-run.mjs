// The scripts of package.json that are commands, such as `node scripts/npm-run.mjs verify`: builds the project where it is not
// built yet.
import { existsSync } from 'node:fs';
import { goToCaller } from './npm-caller.mjs';

const [name] = process.argv.splice(2, 1);
const compiled = new URL(`../dist/scripts/${name}.js`, import.meta.url);
if (!existsSync(compiled)) await import('./build.mjs');
goToCaller();
await import(compiled.href);
