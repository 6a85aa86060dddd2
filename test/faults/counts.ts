import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One row of docs/faults.md, where a run of the tests is to write it: `FAULTS_COUNTS` names the file then. */
export async function noteCount(fault: string, tried: number, outcome: string): Promise<void> {
  const file = process.env['FAULTS_COUNTS'];
  if (file === undefined) return;
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify({ fault, tried, outcome })}\n`);
}
