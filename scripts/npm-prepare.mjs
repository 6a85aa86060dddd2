// npm runs the script named `prepare` by itself too, when it installs and when it packs: then the project is built, without
// network or data. Asked for by name (`npm run prepare -- --out ./data`), it is the user's command.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const compiled = new URL('dist/scripts/prepare.js', root);
const byNpmItself = !['run', 'run-script', undefined].includes(process.env.npm_command);

if (byNpmItself || !existsSync(compiled)) build();
if (!byNpmItself) await import(compiled.href);

function build() {
  const tsc = compiler();
  // What an earlier build left of sources that are gone would be packed with the rest.
  rmSync(new URL('dist', root), { recursive: true, force: true });
  // A package brings no sources, so source maps would lead nowhere.
  const words = [tsc, '-p', fileURLToPath(new URL('tsconfig.json', root)), '--sourceMap', 'false'];
  const { status } = spawnSync(process.execPath, words, { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

function compiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch {
    console.error(
      'error: the project is not built, and its compiler is not installed; run `npm ci` without --omit=dev',
    );
    process.exit(1);
  }
}
