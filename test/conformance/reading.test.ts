import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { type Ended, PROJECT } from '../fixtures/cli.js';
import { type Snippet, snippets } from '../reading.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { run } from './process.js';
import { type Requirements, readersPython } from './readers.js';

/** Has DuckDB show the answer to a query. */
const SHOW_QUERY = 'import duckdb, sys; print(duckdb.sql(open(sys.argv[1]).read()))';
const CHECK_SYNTAX = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder with MNIST in `data`, as the page has it, and with the packages of the project. */
let made: Promise<string> | undefined;
function folderWithMnist(context: TestContext): Promise<string> {
  const archives = given(context, 'archives', 'mnist');
  made ??= (async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'idx-shards-reading-')));
    folders.push(folder);
    await prepare(join(folder, 'data'), ['--archives', archives], join(folder, 'cache'));
    await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    return folder;
  })();
  return made;
}

async function runPython(
  context: TestContext,
  requirements: Requirements,
  words: readonly string[],
  cwd: string,
): Promise<Ended> {
  const python = await readersPython(context, requirements);
  const env = { HOME: cwd, TF_CPP_MIN_LOG_LEVEL: '3', NO_GCE_CHECK: 'true', PYTHONDONTWRITEBYTECODE: '1' };
  return run(python, words, { cwd, env });
}

async function runSnippet(context: TestContext, { code, language }: Snippet, folder: string): Promise<Ended> {
  const file = join(folder, `snippet.${language}`);
  await writeFile(file, code);
  if (language === 'js') return run(process.execPath, [file], { cwd: folder });
  if (language === 'sql')
    return runPython(context, 'requirements-columns.txt', ['-c', SHOW_QUERY, file], folder);
  const isTfds = code.includes('tensorflow_datasets');
  return runPython(context, isTfds ? 'requirements.txt' : 'requirements-columns.txt', [file], folder);
}

describe('the blocks of docs/reading.md', async () => {
  const all = await snippets();
  const isRun = ({ output }: Snippet): boolean => output !== undefined;

  it('are as many as they were', () => {
    expect([all.filter(isRun).length, all.length]).toEqual([8, 13]);
  });

  it.for(all.filter(isRun).map((snippet) => [snippet.name, snippet] as const))(
    'print on MNIST what the page says: %s',
    async ([, snippet], context) => {
      const folder = await folderWithMnist(context);
      const { code, stdout, stderr } = await runSnippet(context, snippet, folder);
      expect(code, stderr.slice(-3000)).toBe(0);
      expect(stdout.replaceAll(/[ \t]+$/gm, '').trim()).toBe(snippet.output?.trim());
    },
  );

  it.for(
    all
      .filter((snippet) => !isRun(snippet) && snippet.language === 'python')
      .map((snippet) => [snippet.name, snippet] as const),
  )('have the syntax of Python where they are not run: %s', async ([, { code: text }], context) => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'idx-shards-reading-')));
    folders.push(folder);
    await writeFile(join(folder, 'snippet.py'), text);
    const words = ['-c', CHECK_SYNTAX, join(folder, 'snippet.py')];
    const { code, stderr } = await runPython(context, 'requirements-columns.txt', words, folder);
    expect(code, stderr).toBe(0);
  });
});
