import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Ended, Surroundings } from '../fixtures/cli.js';

/**
 * Runs another's program to its end, however long it takes, with this process's environment and what is given beside;
 * rejects where it cannot be started.
 */
export async function run(
  program: string,
  words: readonly string[],
  { cwd, env }: Surroundings = {},
): Promise<Ended> {
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
