/**
 * Compiles each folder `assembly` to WebAssembly and writes it, as base64, to a file beside it, where that is not there yet
 * or was made from other sources. The files are not kept in git: compiler and sources are.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('..', import.meta.url);
const PNG = 'src/formats/png/assembly/';
const SNAPPY = 'src/formats/snappy/assembly/';
/** What all of them take from. */
const SHARED = 'src/formats/assembly/';
const PNG_FOLDERS = [`${PNG}shared/`, SHARED];

/** What is compiled, and of which folders' sources. */
const MODULES = [
  {
    target: 'src/formats/png/encoder-wasm.ts',
    entry: `${PNG}encode/png.ts`,
    folders: [`${PNG}encode/`, ...PNG_FOLDERS],
  },
  {
    target: 'src/formats/png/decoder-wasm.ts',
    entry: `${PNG}decode/png.ts`,
    folders: [`${PNG}decode/`, ...PNG_FOLDERS],
  },
  { target: 'src/formats/snappy/snappy-wasm.ts', entry: `${SNAPPY}snappy.ts`, folders: [SNAPPY, SHARED] },
];

/** Compiles what has to be; rejects with the compiler's own words where it fails. */
export async function compileAssembly() {
  for (const module of MODULES) await compileModule(module);
}

async function compileModule({ target, entry, folders }) {
  const file = new URL(target, ROOT);
  const mark = `// Made by scripts/compile-assembly.mjs from the folder assembly: ${fingerprint(folders)}`;
  if (existsSync(file) && readFileSync(file, 'utf8').startsWith(mark)) return;
  const base64 = Buffer.from(await compile(entry)).toString('base64');
  const name = target.replace(/^.*\/(.*)-wasm\.ts$/, '$1');
  const declaration = `/** The WebAssembly module ${name}, in base64. */\nexport const ${name.toUpperCase()}_WASM =\n  '${base64}';\n`;
  // By a rename, since tests may be reading it.
  const scratch = new URL(`${file}.${process.pid}`);
  writeFileSync(scratch, `${mark}\n\n${declaration}`);
  renameSync(scratch, file);
}

/** What a module depends on: the compiler's version, this script, and the sources. */
function fingerprint(folders) {
  const hash = createHash('sha256');
  hash.update(readFileSync(new URL(import.meta.resolve('assemblyscript/package.json'))));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const folder of folders)
    for (const file of readdirSync(new URL(folder, ROOT)).sort())
      hash.update(file).update(readFileSync(new URL(`${folder}${file}`, ROOT)));
  return hash.digest('hex');
}

async function compile(entry) {
  const { main } = await import('assemblyscript/asc');
  const files = new Map();
  const { error, stderr } = await main(
    [
      entry,
      '--outFile=module.wasm',
      '-O3',
      '--noAssert',
      '--uncheckedBehavior=always',
      '--runtime=stub',
      '--enable=simd',
      // Pointers have 32 bits here and stay so.
      '--disableWarning=201',
    ],
    { baseDir: fileURLToPath(ROOT), writeFile: (name, contents) => files.set(name, contents) },
  );
  if (error) throw new Error(stderr.toString(), { cause: error });
  return files.get('module.wasm');
}
