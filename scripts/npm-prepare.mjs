// npm runs the script named `prepare` by itself too, when it installs and when it packs: then the project is built, without
// network or data. Asked for by name (`npm run prepare -- --out ./data`), it is the user's command.
import { existsSync } from 'node:fs';
import { goToCaller } from './npm-caller.mjs';

const compiled = new URL('../dist/scripts/prepare.js', import.meta.url);
const byNpmItself = !['run', 'run-script', undefined].includes(process.env.npm_command);

if (byNpmItself || !existsSync(compiled)) await import('./build.mjs');
if (!byNpmItself) {
  goToCaller();
  await import(compiled.href);
}
