import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { TRIES_ALL } from './sample.js';

/**
 * Tests import the sources. What runs in processes and threads of its own is loaded from dist: the commands, the workers of every
 * run, the explorer's page, and the modules of test/history and of the measurements, whose point is to be loaded anew by each
 * thread or process, as they are shipped. So dist is brought up to date before the tests begin, and before each rerun of a watch.
 */
export default function setup(project: TestProject): void {
  if (!TRIES_ALL) console.log('The long loops try a sample of their cases; with CI=true they try them all.');
  freshBuild();
  project.onTestsRerun(freshBuild);
}

function freshBuild(): void {
  const script = fileURLToPath(new URL('fresh-build.mjs', import.meta.url));
  execFileSync(process.execPath, [script], { stdio: ['ignore', 2, 2] });
}
