import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { STAGES } from '../../src/stages/task.js';
import { type Ended, PROGRAM, PROJECT } from '../fixtures/cli.js';
import { GOLDEN } from '../fixtures/digits.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { digitsCache } from './columns-datasets.js';
import { run } from './process.js';
import { askReader, javaPath, readersPython } from './readers.js';
import { startSlurm } from './slurm.js';

/** A folder that all machines share, and what a shell needs to find `idx-shards`. */
interface Shared {
  out: string;
  folder: string;
  env: Record<string, string>;
}

/** Variables of schedulers that the tests themselves may run under. */
const NO_SCHEDULER = { SLURM_ARRAY_TASK_ID: '', JOB_COMPLETION_INDEX: '', AWS_BATCH_JOB_ARRAY_INDEX: '' };

async function shared(): Promise<Shared> {
  const folder = await emptyFolder();
  const program = join(folder, 'bin', 'idx-shards');
  await mkdir(dirname(program));
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  await chmod(program, 0o755);
  const env = { ...NO_SCHEDULER, IDX_SHARDS_CACHE: await digitsCache() };
  return {
    out: join(folder, 'data'),
    folder,
    env: { ...env, PATH: `${dirname(program)}:${process.env['PATH']}` },
  };
}

/** The first command of a section of the page, for digits and for this folder. */
function commandOf(page: string, section: string, { out }: Shared): string {
  const [, after = ''] = page.split(`\n## ${section}\n`);
  const [, command] = /^```sh\n([^`]*)^```$/m.exec(after.split('\n## ', 1)[0] ?? '') ?? [];
  if (command === undefined) throw new Error(`the page has no command for ${section}`);
  return command.replaceAll('/shared/data', out).replaceAll('quickdraw_bitmap', 'digits');
}

function bash(command: string, env: Record<string, string>): Promise<Ended> {
  return run('bash', ['-c', command], { cwd: PROJECT, env });
}

/** The data set is that of one machine, and of what was on its way nothing is left. */
async function expectDigits({ out }: Shared, said = ''): Promise<void> {
  expect(await everythingIn(out), said).toContain('digits/1.0.0/dataset_info.json');
  expect(await digestsIn(join(out, 'digits', '1.0.0'))).toEqual(GOLDEN);
  expect((await everythingIn(out))?.filter((path) => path.startsWith('.'))).toEqual([]);
}

/** One job of the manifest, as far as its commands go. */
interface ManifestJob {
  metadata: { name: string };
  spec: {
    completions: number;
    parallelism: number;
    podFailurePolicy: unknown;
    template: { spec: { containers: { command: string[]; args: string[] }[] } };
  };
}

interface Checked {
  version: string;
  documents: { kind: string; name: string; fault: string | null; document: ManifestJob }[];
}

function checkManifest(context: TestContext, file: string): Promise<Checked> {
  return askReader(
    context,
    'validate_kubernetes.py',
    [file],
    'requirements-schedulers.txt',
  ) as Promise<Checked>;
}

const MANIFEST = join(PROJECT, 'docs', 'many-machines', 'kubernetes.yaml');

describe('docs/many-machines.md', () => {
  let page: string;
  beforeAll(async () => {
    page = await readFile(join(PROJECT, 'docs', 'many-machines.md'), 'utf8');
  });

  it('has four processes make digits', async () => {
    const about = await shared();
    const { code, stdout, stderr } = await bash(commandOf(page, 'How it works', about), about.env);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`${about.out}/digits/1.0.0 is there, and complete`);
    await expectDigits(about);
  });

  it('has Slurm make digits, also when a task failed and all is submitted again', async (context) => {
    const slurm = await startSlurm(context);
    const about = await shared();
    const path = `${about.env['PATH']}:${slurm.env['PATH']}`;
    const env = { ...about.env, ...slurm.env, PATH: path, SBATCH_OUTPUT: join(about.folder, 'log-%A_%a') };
    const command = commandOf(page, 'Slurm', about);

    // The scheduler has what a task of map ended with, and cancels all that comes behind.
    const broken = await bash(`${command.trimEnd()} --archives ${about.folder}/nowhere\n`, env);
    expect(broken.code, broken.stderr).toBe(0);
    await slurm.untilIdle();
    expect(await everythingIn(join(about.out, 'digits'))).toBeUndefined();

    const { code, stdout, stderr } = await bash(command, env);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^\d+ \d+ \d+ \d+\n$/);
    await slurm.untilIdle();
    await expectDigits(about, await slurm.logs());
  });

  it('has Spark make digits', async (context) => {
    await javaPath(context);
    const python = await readersPython(context, 'requirements-spark.txt');
    const about = await shared();
    const { code, stdout, stderr } = await bash(commandOf(page, 'PySpark', about), {
      ...about.env,
      PATH: `${dirname(python)}:${about.env['PATH']}`,
      PYSPARK_PYTHON: python,
      // The name of this machine need not lead to it.
      SPARK_LOCAL_IP: '127.0.0.1',
    });
    expect(code, stderr.slice(-4000)).toBe(0);
    expect(stdout).toContain('is there, and complete');
    await expectDigits(about);
  });

  it('has Dask make digits', async (context) => {
    const python = await readersPython(context, 'requirements-schedulers.txt');
    const about = await shared();
    const env = { ...about.env, PATH: `${dirname(python)}:${about.env['PATH']}` };
    const scheduler = await startDask(python, about.folder, env);
    const command = commandOf(page, 'Dask', about).replace('tcp://scheduler:8786', scheduler);
    const { code, stdout, stderr } = await bash(command, env);
    expect(code, stderr.slice(-4000)).toBe(0);
    expect(stdout).toContain('is there, and complete');
    await expectDigits(about);
  });

  it('has a manifest that Kubernetes’ schemas allow, and a field that they do not know is noticed', async (context) => {
    const { documents } = await checkManifest(context, MANIFEST);
    expect(documents.map(({ kind, name, fault }) => ({ kind, name, fault }))).toEqual([
      { kind: 'ConfigMap', name: 'idx-shards', fault: null },
      ...STAGES.map((stage) => ({ kind: 'Job', name: `idx-shards-${stage}`, fault: null })),
    ]);
    for (const { document } of documents.slice(1)) {
      const { completions, parallelism, template, podFailurePolicy } = document.spec;
      expect(completions).toBe(parallelism);
      expect(template.spec.containers[0]?.args.join('')).toContain(`--of ${completions} `);
      expect(podFailurePolicy).toMatchObject({
        rules: [
          { action: 'Ignore', onExitCodes: { values: [75] } },
          { action: 'FailJob' },
          { action: 'Ignore' },
        ],
      });
    }
    const other = join(await emptyFolder(), 'other.yaml');
    await writeFile(
      other,
      (await readFile(MANIFEST, 'utf8')).replaceAll('podFailurePolicy', 'podFailPolicy'),
    );
    const faults = (await checkManifest(context, other)).documents.map(({ fault }) => fault);
    expect(faults.filter((fault) => fault?.includes('podFailPolicy') === true)).toHaveLength(4);
  });

  it('has commands of Kubernetes that make digits, as it runs them', async (context) => {
    const { documents } = await checkManifest(context, MANIFEST);
    const about = await shared();
    const scratch = join(about.folder, 'scratch');
    const env = { ...about.env, OUT: about.out, OPTIONS: '--dataset digits' };
    for (const { document } of documents.slice(1)) {
      const { command, args } = document.spec.template.spec.containers[0]!;
      const [program = '', ...words] = [...command, ...args].map((word) =>
        word.replaceAll('/scratch', scratch),
      );
      for (let index = 0; index < Math.min(document.spec.completions, 3); index++) {
        const { code, stderr } = await run(program, words, {
          env: { ...env, JOB_COMPLETION_INDEX: String(index) },
        });
        expect(code, stderr).toBe(0);
      }
    }
    await expectDigits(about);
  });

  it('has a command that an array of AWS Batch makes digits by', async () => {
    const [, words = ''] =
      /command is `shard --stage Ref::stage ([^`]*)`/.exec(
        await readFile(join(PROJECT, 'docs', 'many-machines.md'), 'utf8'),
      ) ?? [];
    const about = await shared();
    const options = words.replace('s3://bucket/data', about.out).replace('quickdraw_bitmap', 'digits');
    for (const stage of STAGES)
      for (const index of stage === 'plan' || stage === 'finish' ? [''] : ['0', '1']) {
        const env = { AWS_BATCH_JOB_ARRAY_INDEX: index, AWS_BATCH_JOB_ARRAY_SIZE: '2' };
        const { code, stderr } = await bash(`idx-shards shard --stage ${stage} ${options}`, {
          ...about.env,
          ...env,
        });
        expect(code, stderr).toBe(0);
      }
    await expectDigits(about);
  });
});

/** Starts a scheduler of Dask and two workers, which end with the test; gives the scheduler's address. */
async function startDask(python: string, folder: string, env: Record<string, string>): Promise<string> {
  const file = join(folder, 'scheduler.json');
  const local = join(folder, 'dask');
  const start = (...words: readonly string[]): void => {
    const child = spawn(python, ['-m', ...words], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const end = once(child, 'close');
      child.kill('SIGKILL');
      await end;
    });
  };
  const loopback = ['--host', '127.0.0.1', '--no-dashboard', '--scheduler-file', file];
  start('distributed.cli.dask_scheduler', '--port', '0', ...loopback);
  const address = await untilFile(file);
  for (const name of ['one', 'two'])
    start(
      'distributed.cli.dask_worker',
      address,
      '--no-nanny',
      '--nthreads',
      '1',
      '--name',
      name,
      '--host',
      '127.0.0.1',
      '--no-dashboard',
      '--local-directory',
      local,
    );
  return address;
}

async function untilFile(file: string): Promise<string> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const [, address] = /"address": "([^"]+)"/.exec(text) ?? [];
    if (address !== undefined) return address;
    await setTimeout(200);
  }
}
