import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { TestContext } from 'vitest';
import { openPage } from '../browser/page.js';
import { type Ended, PROJECT } from '../fixtures/cli.js';
import type { Snippet } from '../reading.js';
import { run } from './process.js';
import { javaPath, readersPython, TORCH, tfjsPackages, torchPython } from './readers.js';

/** Has DuckDB show the answer to a query. */
const SHOW_QUERY = 'import duckdb, sys; print(duckdb.sql(open(sys.argv[1]).read()))';

/** Runs a block of the page in a folder with MNIST in `data`, with the reader that it is for. */
export async function runSnippet(context: TestContext, snippet: Snippet, folder: string): Promise<Ended> {
  const { code, language } = snippet;
  const file = join(folder, `snippet.${language}`);
  await writeFile(file, code);
  if (language === 'sql') {
    const python = await readersPython(context, 'requirements-columns.txt');
    return runPython(python, ['-c', SHOW_QUERY, file], folder);
  }
  if (language === 'python') return runPythonSnippet(context, code, file);
  if (language !== 'js') throw new Error(`nothing runs ${language}`);
  return code.includes("'npm:") ? runInBrowser(context, file) : runWithNode(context, code, file);
}

function runPython(
  python: string,
  words: readonly string[],
  cwd: string,
  own: Record<string, string> = {},
): Promise<Ended> {
  const env = { HOME: cwd, TF_CPP_MIN_LOG_LEVEL: '3', NO_GCE_CHECK: 'true', PYTHONDONTWRITEBYTECODE: '1' };
  return run(python, words, { cwd, env: { ...env, ...own } });
}

async function runPythonSnippet(context: TestContext, code: string, file: string): Promise<Ended> {
  const folder = dirname(file);
  if (code.includes('pyspark')) {
    await javaPath(context);
    const python = await readersPython(context, 'requirements-spark.txt');
    // The name of this machine need not lead to it.
    return runPython(python, [file], folder, { SPARK_LOCAL_IP: '127.0.0.1' });
  }
  if (code.includes('torch')) return runPython(await torchPython(context), [file], folder, TORCH);
  const isTfds = code.includes('tensorflow_datasets');
  const python = await readersPython(context, isTfds ? 'requirements.txt' : 'requirements-columns.txt');
  return runPython(python, [file], folder);
}

/** Runs a module beside which the packages that it imports are installed, and no others. */
async function runWithNode(context: TestContext, code: string, file: string): Promise<Ended> {
  const packages = join(dirname(file), 'node_modules');
  await rm(packages, { recursive: true, force: true });
  for (const [, name = ''] of code.matchAll(/ from '([^']+)'/g)) {
    if (name === 'idx-shards') await link(PROJECT, join(packages, name));
    else if (name.startsWith('@tensorflow/'))
      await link(join(await tfjsPackages(context), name), join(packages, name));
    else await link(join(PROJECT, 'node_modules', name), join(packages, name));
  }
  return run(process.execPath, [file], { cwd: dirname(file) });
}

async function link(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await symlink(from, to, 'junction');
}

/** A page with what Observable Framework has: of what is displayed, texts are output and elements are on the page. */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>running</title>
<link rel="icon" href="data:,">
<body>
<script>
  const output = [];
  const display = (value) => (value instanceof Node ? document.body.append(value) : output.push(String(value)));
  const FileAttachment = (name) => ({ arrayBuffer: async () => (await fetch(name)).arrayBuffer() });
</script>
<script type="module">
  await import('./bundle.js').catch((error) => console.error(error));
  document.title = 'ended';
</script>
`;

/** What the test asks of the page in the end: a plot of ten bars and a digit that the browser decodes. */
const LOOK = `(async () => {
  const image = document.querySelector('body > img');
  await image.decode();
  return {
    output: output.join('\\n'),
    bars: document.querySelectorAll('body > svg [aria-label=bar] rect').length,
    image: [image.naturalWidth, image.naturalHeight],
  };
})()`;

/** Runs a module of Observable Framework in Chromium: its imports are bundled, and come from the project's packages. */
async function runInBrowser(context: TestContext, file: string): Promise<Ended> {
  const folder = join(dirname(file), 'page');
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [file],
    outfile: join(folder, 'bundle.js'),
    bundle: true,
    format: 'esm',
    logLevel: 'silent',
    plugins: [
      {
        name: 'npm',
        setup: ({ onResolve, resolve }) =>
          onResolve({ filter: /^npm:/ }, ({ path, kind }) =>
            resolve(path.slice('npm:'.length), { kind, resolveDir: PROJECT }),
          ),
      },
    ],
  });
  await writeFile(join(folder, 'index.html'), PAGE);
  await copyFile(
    join(dirname(file), 'data/mnist/3.0.1/mnist-test-00000-of-00001.parquet'),
    join(folder, 'mnist-test.parquet'),
  );
  const { page, faults } = await openPage(context, folder, 'index.html');
  await page.waitForFunction('document.title === "ended"');
  if (faults.length > 0) return { code: 1, stdout: '', stderr: faults.join('\n') };
  const { output, ...seen } = await page.evaluate<{ output: string; bars: number; image: number[] }>(LOOK);
  const isWell = seen.bars === 10 && seen.image.every((side) => side === 28);
  return { code: isWell ? 0 : 1, stdout: output, stderr: JSON.stringify(seen) };
}
