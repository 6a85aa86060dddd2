// The script `show` of package.json: builds the project where it is not built yet.
import { existsSync } from 'node:fs';

const compiled = new URL('../dist/scripts/show.js', import.meta.url);
if (!existsSync(compiled)) await import('./build.mjs');
await import(compiled.href);
