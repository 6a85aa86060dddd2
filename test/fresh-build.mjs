// Compiles again what is older in dist than its source, file by file and without a check of types; the text is that of
// `npm run build`. Each file comes into its place by a rename, so that other tests may run meanwhile, and do the same.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { compileAssembly } from '../scripts/compile-assembly.mjs';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const EXPLORER = join(DIST, 'explorer');
const TSCONFIG = join(ROOT, 'tsconfig.json');

await compileAssembly();
const { include, exclude } = JSON.parse(readFileSync(TSCONFIG, 'utf8'));
const all = include.flatMap((folder) => filesIn(join(ROOT, folder)));
const excluded = exclude.map((folder) => join(ROOT, folder) + sep);
const sources = all.filter(
  (file) => /(?<!\.d)\.c?ts$/.test(file) && !excluded.some((folder) => file.startsWith(folder)),
);
const outputs = new Map(sources.map((source) => [outputOf(source), source]));
for (const [output, source] of outputs)
  if (isOlder(output, [source, TSCONFIG])) await compile(source, output);
for (const file of filesIn(DIST)) {
  const output = file.replace(/\.d\.(c?)ts$/, '.$1js');
  if (/\.c?js$/.test(output) && !file.startsWith(EXPLORER) && !outputs.has(output))
    rmSync(file, { force: true });
}
// The page is bundled of sources from all over, and takes a moment.
if (isOlder(join(EXPLORER, 'explorer.html'), all)) await bundle();

function outputOf(source) {
  return join(DIST, source.slice(ROOT.length).replace(/\.(c?)ts$/, '.$1js'));
}

async function compile(source, output) {
  const began = new Date();
  const { default: ts } = await import('typescript');
  const { config } = ts.readConfigFile(TSCONFIG, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  // A file by itself does not know that the package is one of ES modules; `.cts` says what it is.
  if (!source.endsWith('.cts')) options.module = ts.ModuleKind.ESNext;
  const text = readFileSync(source, 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: options, fileName: source });
  put(output, outputText, began);
}

async function bundle() {
  const began = new Date();
  const { bundleExplorer } = await import('../scripts/bundle-explorer.mjs');
  const scratch = mkdtempSync(join(tmpdir(), 'idx-shards-explorer-'));
  await bundleExplorer(scratch);
  for (const file of filesIn(scratch)) put(file.replace(scratch, EXPLORER), readFileSync(file), began);
  rmSync(scratch, { recursive: true });
}

/** Whether a file is absent, or was made before one of the others was last written. */
function isOlder(output, sources) {
  const made = statSync(output, { throwIfNoEntry: false })?.mtimeMs;
  return made === undefined || sources.some((source) => statSync(source).mtimeMs > made);
}

/** Puts a file in its place, with the time at which what it is made of was read. */
function put(path, content, began) {
  const scratch = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(scratch, content);
  utimesSync(scratch, began, began);
  renameSync(scratch, path);
}

function filesIn(folder) {
  mkdirSync(folder, { recursive: true });
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
