import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import type { Ended } from '../fixtures/cli.js';
import { run } from './process.js';

/** What the scripts of `test/readers` exit with where the machine lacks something that they cannot bring. */
const UNAVAILABLE = 3;

/** The path of a file in `test/readers`. */
export function readerPath(file: string): string {
  return fileURLToPath(new URL(`../readers/${file}`, import.meta.url));
}

/** The path that a script of `test/readers` prints; skips the test where the script says what is missing here. */
export async function provide(
  context: TestContext,
  script: string,
  words: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await run(readerPath(script), words);
  if (code === UNAVAILABLE) return context.skip(stderr.trim().replaceAll(/\s*\n\s*/g, '; '));
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${stderr}`);
  return stdout.trim();
}

/** The files of `test/readers` that say what packages a Python has. */
export type Requirements =
  | 'requirements.txt'
  | 'requirements-columns.txt'
  | 'requirements-old-columns.txt'
  | 'requirements-old-tfds.txt'
  | 'requirements-schedulers.txt'
  | 'requirements-spark.txt';

/** The Python that has the packages of such a file, one of them in the version of `pin`; made by the first test that asks for it. */
export function readersPython(
  context: TestContext,
  requirements: Requirements = 'requirements.txt',
  ...pin: readonly string[]
): Promise<string> {
  return provide(context, 'environment.sh', [requirements, ...pin]);
}

/** The Python that has PyTorch and Hugging Face datasets; it is run with {@link TORCH}. */
export function torchPython(context: TestContext): Promise<string> {
  return provide(context, 'torch.sh', []);
}

/** What has PyTorch for Linux do without CUDA's libraries: see torch.sh. */
export const TORCH = { TORCH_USE_RTLD_GLOBAL: '1' };

/** The Java that Spark runs on. */
export function javaPath(context: TestContext): Promise<string> {
  return provide(context, 'java.sh', []);
}

/** The folder of Slurm's programs and libraries. */
export function slurmPrograms(context: TestContext): Promise<string> {
  return provide(context, 'slurm.sh', []);
}

/** The folder of npm packages that has TensorFlow.js. */
export function tfjsPackages(context: TestContext): Promise<string> {
  return provide(context, 'tfjs.sh', []);
}

/** The program of a version of Node.js. */
export function nodePath(context: TestContext, version: '20' | '22' | '24'): Promise<string> {
  return provide(context, 'node.sh', [version]);
}

/** The Chromium that the tests in `test/browser` drive. */
export function chromiumPath(context: TestContext): Promise<string> {
  return provide(context, 'chromium.sh', []);
}

/** The program that reads shards with the libraries of Go. */
export function goReaders(context: TestContext): Promise<string> {
  return provide(context, 'go.sh', []);
}

/** The server that speaks S3. */
export function versitygwPath(context: TestContext): Promise<string> {
  return provide(context, 'versitygw.sh', []);
}

/** The same, where it has been built already: it takes minutes, which a unit test does not. */
export function builtVersitygw(context: TestContext): Promise<string> {
  return provide(context, 'versitygw.sh', ['--built']);
}

/** The program that a C source of the PNG stage compiles to. */
export function compiledReference(context: TestContext, source: string): Promise<string> {
  return provide(context, 'reference.sh', [source]);
}

/** Runs a script with {@link readersPython}; the home folder that it sees is the Python's own, not the user's. */
export async function runPython(
  context: TestContext,
  script: string,
  words: readonly string[],
  requirements?: Requirements,
  ...pin: readonly string[]
): Promise<Ended> {
  const python = await readersPython(context, requirements, ...pin);
  const env = {
    HOME: dirname(dirname(python)),
    TF_CPP_MIN_LOG_LEVEL: '3',
    NO_GCE_CHECK: 'true',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return run(python, [script, ...words], { env });
}

/** The one line of JSON that a script of `test/readers` prints. */
export async function askReader(
  context: TestContext,
  script: string,
  words: readonly string[],
  requirements?: Requirements,
  ...pin: readonly string[]
): Promise<unknown> {
  const { code, stdout, stderr } = await runPython(context, readerPath(script), words, requirements, ...pin);
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${stderr.slice(-4000)}`);
  return JSON.parse(stdout);
}
