import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { lines, PROGRAM, PROJECT, run, type Surroundings } from '../fixtures/cli.js';
import { emptyFolder, everythingIn } from '../fixtures/folder.js';

const NAMES = COMMANDS.map(({ name }) => name);
const { version }: { version: string } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));

const cli = (words: readonly string[], about?: Surroundings) =>
  run(process.execPath, [PROGRAM, ...words], about);

describe('idx-shards without a command', () => {
  it('shows what there is, as --help and help do, and is no success', async () => {
    const help = await cli(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: idx-shards <command> \[options\]\n/);
    for (const { name, description } of COMMANDS)
      expect(help.stdout.replace(/\n {10,}/g, ' ')).toMatch(new RegExp(`^  ${name} +${description}$`, 'm'));
    for (const words of [['-h'], ['help'], ['help', '--help']]) expect(await cli(words)).toEqual(help);
    expect(await cli([])).toEqual({ code: 2, stdout: '', stderr: help.stdout });
  });

  it.each(['--version', '-V'])('tells its version by %s', async (option) => {
    expect(await cli([option])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    ['verif', "unknown command 'verif'\n(Did you mean verify?)"],
    ['', "unknown command ''"],
    ['__proto__', "unknown command '__proto__'"],
  ])('refuses the command %j, with --help too', async (word, message) => {
    const refused = { code: 2, stdout: '', stderr: `error: ${message} [USAGE]\n  next:     See --help.\n` };
    for (const words of [[word], [word, '--help'], ['help', word]]) expect(await cli(words)).toEqual(refused);
  });

  it('says of options without a command how data sets are prepared, and prepares none', async () => {
    const folder = await emptyFolder();
    const { code, stdout, stderr } = await cli(['--out', 'data', '--json'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toBe(
      [
        'error: which command? --out is an option [USAGE]',
        `  expected: ${NAMES.join(', ')}`,
        '  found:    --out',
        '  next:     Name the command first: idx-shards prepare --out ... See idx-shards --help.\n',
      ].join('\n'),
    );
    expect(lines(stdout)).toMatchObject([{ event: 'error', code: 'USAGE', found: '--out' }]);
    expect(await everythingIn(folder)).toEqual([]);
  });
});

describe.each(COMMANDS)('idx-shards $name', ({ name, description }) => {
  it('has a help, the same wherever it is called from, and is loaded alone', async () => {
    const help = await cli([name, '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(new RegExp(`^Usage: idx-shards ${name} \\[options\\]`));
    expect(help.stdout.replaceAll('\n', ' ')).toContain(description);
    expect(help.stdout).toContain(`\n  $ idx-shards ${name} `);
    expect(help.stdout).toContain(`\nIn a clone of the project: npm run ${name} -- ...`);
    // Examples are of this command or of another that there is.
    for (const [, other] of help.stdout.matchAll(/\bidx-shards (?:help )?(\w+)/g))
      expect(NAMES).toContain(other);
    expect(await cli(['help', name])).toEqual(help);
    const coverage = await emptyFolder();
    const env = { npm_command: 'run', npm_lifecycle_event: name, NODE_V8_COVERAGE: coverage };
    expect(await cli([name, '-h'], { env })).toEqual(help);
    const [report] = await readdir(coverage);
    const { result }: { result: { url: string }[] } = JSON.parse(
      await readFile(join(coverage, `${report}`), 'utf8'),
    );
    const loaded = result.filter(({ url }) => url.includes('/dist/src/cli/'));
    expect(loaded.map(({ url }) => basename(url, '.js')).filter((file) => NAMES.includes(file))).toEqual([
      name,
    ]);
  });

  it('tells the version of the tool', async () => {
    expect(await cli([name, '--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('refuses an option that there is not, and tells of it as JSON where that is asked for', async () => {
    const { code, stdout, stderr } = await cli([name, '--nope', '--json']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "error: unknown option '--nope' [USAGE]\n  next:     See --help.\n",
    });
    expect(lines(stdout)).toEqual([
      { event: 'error', code: 'USAGE', message: "unknown option '--nope'", next: 'See --help.' },
    ]);
  });
});

describe('the list of commands', () => {
  it('is that of package.json', async () => {
    const { bin, scripts }: { bin: object; scripts: Record<string, string> } = JSON.parse(
      await readFile(join(PROJECT, 'package.json'), 'utf8'),
    );
    expect(bin).toEqual({ 'idx-shards': 'dist/scripts/idx-shards.js' });
    const run = Object.entries(scripts).filter(([, script]) =>
      /scripts\/npm-(run|prepare)\.mjs/.test(script),
    );
    expect(run.map(([name]) => name)).toEqual(NAMES);
    for (const [name, script] of run)
      expect(script).toBe(
        name === 'prepare' ? 'node scripts/npm-prepare.mjs' : `node scripts/npm-run.mjs ${name}`,
      );
  });

  it('is that of the README', async () => {
    const readme = await readFile(join(PROJECT, 'README.md'), 'utf8');
    const table = COMMANDS.map(({ name, description }) => `| \`${name}\` | ${description} |\n`).join('');
    expect(readme).toContain(`\n| command | |\n|---|---|\n${table}\n`);
  });
});
