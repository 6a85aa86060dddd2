import { cp, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { environment, PROGRAM, PROJECT, run } from '../fixtures/cli.js';
import { GOLDEN } from '../fixtures/digits.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { sample, TRIES_ALL } from '../sample.js';

const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs npm as a user does: not as a child of the npm that runs the tests, but with its registry and its cache. */
function npm(words: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const settings = Object.entries(process.env).filter(([name]) =>
    /^npm_config_(registry|cache|userconfig)$/i.test(name),
  );
  const inherited = Object.fromEntries(
    settings.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const quiet = { npm_config_update_notifier: 'false', npm_config_audit: 'false', npm_config_fund: 'false' };
  return run(NPM, words, { cwd, env: { ...environment(), ...inherited, ...quiet, ...env } });
}

/** The project's files without what is made of them, in a folder where they may be built and packed. */
async function copyOfProject(): Promise<string> {
  const folder = join(await emptyFolder(), 'project');
  await mkdir(folder);
  for (const name of await readdir(PROJECT)) {
    if (/^(node_modules|dist|data|\.git|.*\.tgz)$/.test(name)) continue;
    await cp(join(PROJECT, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules'),
    });
  }
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

/** A project that is npm-prepare.mjs, what that builds with, and a program that tells its words and ends with exit code 7. */
async function smallProject(): Promise<string> {
  const folder = await emptyFolder();
  await mkdir(join(folder, 'scripts'));
  for (const script of [
    'npm-prepare.mjs',
    'npm-run.mjs',
    'build.mjs',
    'compile-assembly.mjs',
    'bundle-explorer.mjs',
  ]) {
    await cp(join(PROJECT, 'scripts', script), join(folder, 'scripts', script));
  }
  // With what it was compiled to, which spares compiling it again, and with what is bundled.
  for (const compiled of ['src/formats/assembly', 'src/formats/png', 'src/formats/snappy', 'src/catalog'])
    await cp(join(PROJECT, compiled), join(folder, compiled), { recursive: true });
  const command =
    "// @ts-nocheck\nconsole.log('ran', ...process.argv.slice(2));\nprocess.exitCode = 7;\nexport {};\n";
  await writeFile(join(folder, 'scripts/idx-shards.ts'), command);
  // The smallest library, unchecked, and no other types: a build takes a third of the time.
  const quick = { lib: ['ES5'], types: [], skipLibCheck: true };
  const compilerOptions = { module: 'NodeNext', rootDir: '.', outDir: 'dist', ...quick };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['scripts'] }));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'small', type: 'module' }));
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

/** What a build of {@link smallProject} compiled. */
async function compiledIn(folder: string): Promise<string[] | undefined> {
  return (await everythingIn(join(folder, 'dist')))?.filter((path) => !path.startsWith('explorer/'));
}

describe('the script `prepare` of package.json', () => {
  const own = (folder: string, env: Record<string, string>) =>
    run(process.execPath, ['scripts/npm-prepare.mjs', '--out', 'data'], { cwd: folder, env });

  it.each(sample(['install', 'ci', 'install-ci-test', 'pack', 'publish', 'rebuild'], 1))(
    'only builds when npm runs it by itself: npm %s',
    async (npm_command) => {
      const folder = await smallProject();
      expect(await own(folder, { npm_command })).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(await compiledIn(folder)).toEqual(['scripts/', 'scripts/idx-shards.js']);
      expect(await everythingIn(join(folder, 'data'))).toBeUndefined();
    },
  );

  it.each(sample([{ npm_command: 'run' }, { npm_command: 'run-script' }, {}], 1))(
    'is the command when it was asked for by name: %j',
    async (env) => {
      const folder = await smallProject();
      expect((await own(folder, { npm_command: 'ci' })).code).toBe(0);
      expect(await own(folder, env)).toEqual({ code: 7, stdout: 'ran prepare --out data\n', stderr: '' });
    },
  );

  it('builds before it is the command where nothing is built', async () => {
    const folder = await smallProject();
    expect(await own(folder, { npm_command: 'run' })).toEqual({
      code: 7,
      stdout: 'ran prepare --out data\n',
      stderr: '',
    });
  });

  it('ends with an exit code when the sources do not compile', async () => {
    const folder = await smallProject();
    await writeFile(join(folder, 'scripts/idx-shards.ts'), "const one: number = 'one';\nexport { one };\n");
    const { code, stdout, stderr } = await own(folder, { npm_command: 'install' });
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('TS2322');
  });

  it('leaves nothing of an earlier build', async () => {
    const folder = await smallProject();
    await mkdir(join(folder, 'dist/src'), { recursive: true });
    await writeFile(join(folder, 'dist/src/gone.js'), '');
    expect((await own(folder, { npm_command: 'pack' })).code).toBe(0);
    expect(await compiledIn(folder)).toEqual(['scripts/', 'scripts/idx-shards.js']);
  });

  it('passes words and exit codes through npm', async () => {
    const nope = await npm(['run', '--silent', 'prepare', '--', '--nope'], PROJECT);
    expect(nope.code).toBe(2);
    expect(nope.stdout).toBe('');
    expect(nope.stderr).toContain("error: unknown option '--nope' [USAGE]");
    const list = await npm(['run', '--silent', 'prepare', '--', '--list', '--json'], PROJECT);
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/^\{"event":"dataset","name":"digits"/);
    for (const name of ['prepare', 'verify']) {
      const help = await npm(['run', '--silent', name, '--', '--help'], PROJECT);
      expect(help).toEqual(await run(process.execPath, [PROGRAM, name, '--help']));
    }
  });

  it('takes paths as those of the folder where npm was called', async () => {
    const folder = await emptyFolder();
    const words = ['--prefix', PROJECT, 'run', '--silent'];
    await writeFile(join(folder, 'own.json'), '{}');
    const prepared = await npm([...words, 'prepare', '--', '--definition', 'own.json', '--out', 'd'], folder);
    expect(prepared).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('own.json is not a definition'),
    });
    await mkdir(join(folder, 'data'));
    const shown = await npm([...words, 'show', '--', 'data'], folder);
    expect(shown).toMatchObject({ code: 4, stderr: expect.stringContaining('there is no data set in data') });
  });
});

/** The TypeScript blocks of a page, each a module, and what the compiler says of them, as strict as it can be. */
async function typeErrors(home: string, page: string, more: Readonly<Record<string, string>> = {}) {
  const text = await readFile(join(home, 'node_modules/idx-shards', page), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([^`]*(?:`(?!``)[^`]*)*)^```$/gm)].map(([, code]) => `${code}`);
  const folder = await mkdtemp(join(home, 'types-'));
  for (const [number, code] of blocks.entries()) await writeFile(join(folder, `block-${number}.ts`), code);
  for (const [name, code] of Object.entries(more)) await writeFile(join(folder, name), code);
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  const quick = { lib: ['ES2023'], types: ['node'], skipLibCheck: false, noEmit: true };
  const compilerOptions = { module: 'NodeNext', target: 'ES2023', ...strict, ...quick };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const compiler = join(PROJECT, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, '-p', folder], { cwd: folder });
  return { blocks: blocks.length, errors: stdout.split('\n').filter((line) => line !== '') };
}

/** Puts a package that the project has into another one. */
async function borrow(name: string, home: string): Promise<void> {
  const path = join(home, 'node_modules', name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(PROJECT, 'node_modules', name), path, 'junction');
}

const SHIPPED =
  /^(package\.json|README\.md|LICENSE|config\/(\w+|schema\/definition\.schema|lock\/published)\.json|dist\/(src|scripts)\/.*\.(js|d\.ts)|dist\/workers\/.*\.(cjs|d\.cts)|dist\/explorer\/explorer(-worker)?\.(html|css|js)|dist\/explorer\/explorer-licenses\.txt|src\/catalog\/page\/(base\.css|style\.css|table\.js))$/;

/** Expects all that runs among the files of a package, and nothing else. */
function expectShipped(files: readonly string[]): void {
  expect(files.filter((path) => !SHIPPED.test(path))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'README.md',
      'config/digits.json',
      'config/mnist.json',
      'config/schema/definition.schema.json',
      'dist/explorer/explorer.html',
      'dist/scripts/idx-shards.js',
      'dist/src/index.d.ts',
      'dist/src/index.js',
      'dist/workers/encode-slice.cjs',
      'dist/workers/write-shard.cjs',
      'src/catalog/page/base.css',
      'src/catalog/page/style.css',
      'src/catalog/page/table.js',
    ]),
  );
}

describe('the package', () => {
  it('would hold what runs and nothing else', async () => {
    const { code, stdout } = await npm(['pack', '--dry-run', '--json', '--ignore-scripts'], PROJECT);
    expect(code).toBe(0);
    const [{ files }]: [{ files: { path: string }[] }] = JSON.parse(stdout);
    expectShipped(files.map(({ path }) => path));
  });

  it('holds what runs and nothing else, and gives the golden bytes where it is installed', async (context) => {
    if (!TRIES_ALL) return context.skip('building, packing and installing takes long: CI=true runs it');
    const project = await copyOfProject();
    // A source that is gone by now, and a test that somebody compiled there.
    await mkdir(join(project, 'dist/test'), { recursive: true });
    await writeFile(join(project, 'dist/test/gone.test.js'), '');
    await mkdir(join(project, 'data'));
    await writeFile(join(project, 'data/private.bin'), 'mine');

    const folder = await emptyFolder();
    const packed = await npm(['pack', '--silent', '--pack-destination', folder], project);
    expect(packed.code).toBe(0);
    const [tarball, ...others] = await readdir(folder);
    expect({ tarball, others }).toEqual({ tarball: packed.stdout.trim(), others: [] });

    const home = join(await emptyFolder(), 'home');
    await mkdir(home);
    await writeFile(join(home, 'package.json'), '{ "private": true }');
    const words = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, `${tarball}`)];
    expect(await npm(words, home)).toMatchObject({ code: 0 });

    const installed = join(home, 'node_modules/idx-shards');
    const files = ((await everythingIn(installed)) ?? []).filter((path) => !path.endsWith('/'));
    expectShipped(files);
    for (const file of files.filter((path) => path.endsWith('.js'))) {
      expect(await readFile(join(installed, file), 'utf8'), file).not.toContain('sourceMappingURL');
    }

    const cache = join(home, 'cache');
    const npx = (...words: string[]) =>
      npm(['exec', '--no', '--', 'idx-shards', ...words], home, { IDX_SHARDS_CACHE: cache });
    const result = await npx('prepare', '--dataset', 'digits', '--quiet', '--out', 'data');
    expect(result).toEqual({ code: 0, stdout: 'data/digits/1.0.0\n', stderr: expect.any(String) });
    expect(await digestsIn(join(home, 'data/digits/1.0.0'))).toEqual(GOLDEN);

    const bins = (await readdir(join(home, 'node_modules/.bin'))).filter((name) => name.startsWith('idx-'));
    expect(bins.filter((name) => !/\.(cmd|ps1)$/.test(name))).toEqual(['idx-shards']);
    expect(await npx()).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Usage: idx-shards <command>/),
    });
    const program = join(installed, 'dist/scripts/idx-shards.js');
    for (const { name } of COMMANDS)
      expect(await run(process.execPath, [program, name, '--help'], { cwd: home })).toEqual({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^Usage: idx-shards ${name} `)),
        stderr: '',
      });

    // What the tests need and a user may do without is not there.
    const zstd = ['prepare', '--dataset', 'digits', '--out', 'zstd', '--compression', 'zstd'];
    expect(
      await run(process.execPath, [program, ...zstd], { cwd: home, env: { IDX_SHARDS_CACHE: cache } }),
    ).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'error: --compression zstd needs a package that is not installed [USAGE]',
        '  expected: @hpcc-js/wasm-zstd',
        '  found:    nothing',
        '  next:     npm install @hpcc-js/wasm-zstd, or choose snappy or none.\n',
      ].join('\n'),
    });
    expect(await everythingIn(join(home, 'zstd'))).toBeUndefined();

    await writeFile(
      join(home, 'import.mjs'),
      "import { datasetNames, prepare } from 'idx-shards';\nconsole.log(typeof prepare, ...(await datasetNames()));\n",
    );
    expect(await run(process.execPath, ['import.mjs'], { cwd: home })).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^function .*\bdigits\b.*\bmnist\b/),
      stderr: '',
    });

    // Its declarations, and what the README shows, check without the packages that are optional, and with them.
    await borrow('@types/node', home);
    expect(await typeErrors(home, 'README.md')).toEqual({ blocks: 3, errors: [] });
    await borrow('apache-arrow', home);
    const table = [
      "import { load } from 'idx-shards';",
      "const examples = await load('mnist', { dataDir: 'data', split: 'train' });",
      'export const rows: string = (await examples.toArrowTable()).numRows;\n',
    ].join('\n');
    expect(await typeErrors(home, 'README.md', { 'table.ts': table })).toEqual({
      blocks: 3,
      errors: ["table.ts(3,14): error TS2322: Type 'number' is not assignable to type 'string'."],
    });
  });
});
