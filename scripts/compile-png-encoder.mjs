/**
 * Compiles src/encode/png/assembly to WebAssembly and writes it, as base64, to src/encode/png/encoder-wasm.ts, where that is
 * not there yet or was made from other sources. The file is not kept in git: compiler and sources are.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('..', import.meta.url);
const SOURCES = new URL('src/encode/png/assembly/', ROOT);
const TARGET = new URL('src/encode/png/encoder-wasm.ts', ROOT);

/** Compiles what has to be; rejects with the compiler's own words where it fails. */
export async function compilePngEncoder() {
  const mark = `// Made by scripts/compile-png-encoder.mjs from the folder assembly: ${await fingerprint()}`;
  if (existsSync(TARGET) && readFileSync(TARGET, 'utf8').startsWith(mark)) return;
  const base64 = Buffer.from(await compile()).toString('base64');
  const declaration = `/** The WebAssembly module of the PNG encoder, in base64. */\nexport const ENCODER_WASM =\n  '${base64}';\n`;
  writeFileSync(TARGET, `${mark}\n\n${declaration}`);
}

/** What the module depends on: the compiler's version, this script, and the sources. */
async function fingerprint() {
  const hash = createHash('sha256');
  hash.update(readFileSync(new URL(import.meta.resolve('assemblyscript/package.json'))));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const file of readdirSync(SOURCES).sort())
    hash.update(file).update(readFileSync(new URL(file, SOURCES)));
  return hash.digest('hex');
}

async function compile() {
  const { main } = await import('assemblyscript/asc');
  const files = new Map();
  const { error, stderr } = await main(
    [
      'src/encode/png/assembly/png.ts',
      '--outFile=encoder.wasm',
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
  return files.get('encoder.wasm');
}
