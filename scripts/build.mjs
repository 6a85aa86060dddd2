// Builds the project into dist: what becomes WebAssembly first, then everything else. What the compilers say goes to stderr.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

let compiler;
try {
  compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  import.meta.resolve('assemblyscript/asc');
  import.meta.resolve('esbuild');
} catch {
  console.error(
    'error: the project is not built, and its compilers are not installed; run `npm ci` without --omit=dev',
  );
  process.exit(1);
}

const began = new Date();
const { compileAssembly } = await import('./compile-assembly.mjs');
await compileAssembly();
// What an earlier build left of sources that are gone would be packed with the rest.
rmSync(new URL('dist', root), { recursive: true, force: true });
const words = [compiler, '-p', fileURLToPath(new URL('tsconfig.json', root))];
const { status } = spawnSync(process.execPath, words, { stdio: ['ignore', 2, 2] });
if (status !== 0) process.exit(status ?? 1);
const { bundleExplorer } = await import('./bundle-explorer.mjs');
await bundleExplorer();
// A source that was saved meanwhile is newer than this build: the tests go by that (test/fresh-build.mjs).
for (const { parentPath, name } of readdirSync(new URL('dist', root), {
  recursive: true,
  withFileTypes: true,
}))
  utimesSync(join(parentPath, name), began, began);
