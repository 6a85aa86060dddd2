// The script `explore` of package.json: builds the project where it is not built yet.
import { existsSync } from 'node:fs';

const compiled = new URL('../dist/scripts/explore.js', import.meta.url);
if (!existsSync(compiled)) await import('./build.mjs');
await import(compiled.href);
