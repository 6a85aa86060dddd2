// Bundles the explorer's page into dist/explorer: one script, one worker, one stylesheet, and the licenses of the libraries in them.
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const page = new URL('src/catalog/explorer/page/', root);

/** Writes it into a folder, by its path. */
export async function bundleExplorer(out = fileURLToPath(new URL('dist/explorer', root))) {
  await mkdir(out, { recursive: true });
  const { metafile } = await build({
    entryPoints: {
      explorer: fileURLToPath(new URL('main.ts', page)),
      'explorer-worker': fileURLToPath(new URL('worker.ts', page)),
    },
    outdir: out,
    absWorkingDir: fileURLToPath(root),
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  await copyFile(new URL('explorer.html', page), join(out, 'explorer.html'));
  const styles = [new URL('src/catalog/page/base.css', root), new URL('explorer.css', page)];
  const texts = await Promise.all(styles.map((file) => readFile(file, 'utf8')));
  await writeFile(join(out, 'explorer.css'), texts.join(''));
  await writeFile(join(out, 'explorer-licenses.txt'), licenses(Object.keys(metafile.inputs)));
}

/** The license of each package that has a file in the bundles. */
function licenses(inputs) {
  const packages = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []);
  return [...new Set(packages)]
    .sort()
    .map((folder) => {
      const base = new URL(`${folder}/`, root);
      const { name, version, license } = JSON.parse(readFileSync(new URL('package.json', base), 'utf8'));
      const file = readdirSync(base).find((one) => /^licen[cs]e(\.\w+)?$/i.test(one));
      const text = file === undefined ? `License: ${license}` : readFileSync(new URL(file, base), 'utf8');
      return `${name} ${version}\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
