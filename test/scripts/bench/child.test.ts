import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureNode } from '../../../dist/scripts/bench/child.js';
import { scratchDir } from '../../scratch-dir.js';

const MIB = 2 ** 20;
const signal = new AbortController().signal;

/** A program of these lines. */
async function program(...lines: string[]): Promise<string> {
  const path = join(await scratchDir(), 'program.mjs');
  await writeFile(path, lines.join('\n'));
  return path;
}

/** Has a memory of its own that is touched all over. */
const hold = (mebibytes: number): string => `globalThis.held = Buffer.alloc(${mebibytes} * ${MIB}, 1);`;

describe('measureNode', () => {
  it('gives the peak of memory, also of what was freed by the end', async () => {
    const small = await measureNode([await program()], { signal });
    const large = await measureNode([await program(hold(300), 'held = undefined;')], { signal });
    expect(large.peakMiB - small.peakMiB).toBeGreaterThan(280);
  });

  it.runIf(process.platform === 'linux')('leaves the memory of whoever started the process out', async () => {
    const own = Buffer.alloc(300 * MIB, 1);
    const { peakMiB } = await measureNode([await program()], { signal });
    expect(own.length).toBe(300 * MIB);
    expect(peakMiB).toBeLessThan(250);
  });

  it('gives the CPU time of all threads', async () => {
    const spin = `const spin = (us) => {
      const before = process.cpuUsage();
      for (let used = 0; used < us; ) {
        const { user, system } = process.cpuUsage(before);
        used = user + system;
      }
    };`;
    const thread = `import { Worker } from 'node:worker_threads';
      ${spin} spin(100_000);
      const worker = new Worker(${JSON.stringify(`${spin} spin(100_000);`)}, { eval: true });
      await new Promise((resolve) => worker.once('exit', resolve));`;
    const { cpuSeconds, wallSeconds } = await measureNode([await program(thread)], { signal });
    expect(cpuSeconds).toBeGreaterThan(0.2);
    expect(wallSeconds).toBeGreaterThan(0);
  });

  it('fails as the program does, with its own words', async () => {
    const failing = await program("console.error('the reason'); process.exitCode = 3;");
    await expect(measureNode([failing], { signal })).rejects.toMatchObject({
      code: 'INTERNAL',
      found: '3: the reason',
    });
  });

  it('ends the program when the signal says so', async () => {
    const interruption = new AbortController();
    const endless = await program('setInterval(() => {}, 1000);');
    const measured = measureNode([endless], { signal: interruption.signal });
    interruption.abort(new Error('enough'));
    await expect(measured).rejects.toThrow('enough');
  });
});
