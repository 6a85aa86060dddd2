import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatasetError } from '../../src/errors.js';
import { packageRoot } from '../../src/fs/package-root.js';
import { measure, type ProcessOptions, type ProcessUsage, run } from './child.js';

/** Exit code of the scripts of `test/readers` where the machine lacks something. */
const UNAVAILABLE = 3;

/** The path of a file in `test/readers`. */
export function readerPath(file: string): string {
  return fileURLToPath(new URL(`test/readers/${file}`, packageRoot));
}

/** The folder that `test/readers/cache.sh` names. */
export function testCache({ IDX_SHARDS_TEST_CACHE, XDG_CACHE_HOME, HOME }: NodeJS.ProcessEnv): string {
  return IDX_SHARDS_TEST_CACHE || posix.join(XDG_CACHE_HOME || `${HOME}/.cache`, 'idx-shards-tests');
}

/**
 * The Python that `test/readers/environment.sh` made for a file of requirements, or nothing where it did not: an
 * environment's name has the digest of the requirements and of the Python's version in it.
 */
export async function madePython(cache: string, requirements: string): Promise<string | undefined> {
  const wanted = await readFile(readerPath(requirements)).catch(() => undefined);
  if (wanted === undefined) return undefined;
  for (const name of await readdir(cache).catch(() => [])) {
    const settings = await readFile(join(cache, name, 'pyvenv.cfg'), 'utf8').catch(() => '');
    const [, version] = /^version = (\S+)$/m.exec(settings) ?? [];
    if (version === undefined || !existsSync(join(cache, name, 'complete'))) continue;
    const digest = createHash('sha256').update(wanted).update(version).digest('hex');
    if (name === `python-${digest.slice(0, 16)}`) return join(cache, name, 'bin', 'python');
  }
  return undefined;
}

/** Runs a script with such a Python, whose home folder is its own, and measures it. */
export function measurePython(
  python: string,
  words: readonly string[],
  { env, signal }: ProcessOptions,
): Promise<{ used: ProcessUsage; stdout: string }> {
  const quiet = { TF_CPP_MIN_LOG_LEVEL: '3', NO_GCE_CHECK: 'true', HF_HUB_OFFLINE: '1' };
  const own = { HOME: dirname(dirname(python)), ...quiet, ...env };
  return measure(python, [readerPath('report_usage.py'), ...words], { env: own, signal });
}

/**
 * The program that `test/readers/reference.sh` makes of a C source, or why there is none here.
 *
 * @throws {DatasetError} `INTERNAL` where the source does not build
 */
export async function compiledReference(
  source: string,
  options: ProcessOptions,
): Promise<{ program: string } | { missing: string }> {
  const script = readerPath('reference.sh');
  const { code, stdout, stderr } = await run('bash', [script, source], options);
  if (code === 0) return { program: stdout.trim() };
  if (code === UNAVAILABLE) return { missing: stderr.trim().split('\n').at(-1) ?? 'no compiler' };
  throw new DatasetError('INTERNAL', `${source} does not build`, { found: stderr.trim().slice(-2000) });
}
