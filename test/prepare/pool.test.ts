import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WorkerPool } from '../../src/prepare/pool.js';
import { PROJECT, run } from '../fixtures/cli.js';
import { times } from '../sample.js';

const POOL = pathToFileURL(join(PROJECT, 'dist/src/prepare/pool.js')).href;

const shared = (bytes: number) => new Uint8Array(new SharedArrayBuffer(bytes));

/** One image of 4x4. */
const slice = () => ({
  keys: { splitName: 'train' },
  features: {
    input: { kind: 'image', name: 'image', dtype: 'uint8', shape: [4, 4, 1] },
    label: 'label',
  } as const,
  firstRow: 0,
  rows: 1,
  elements: shared(16),
  labels: new Uint32Array(1),
  keepSamples: false,
});

describe('WorkerPool', () => {
  it('may be destroyed while an answer is on its way, which then harms nobody', async () => {
    const pool = new WorkerPool(1);
    expect(await pool.encodeSlice(slice())).toMatchObject({ firstPosition: 0, rows: 1 });
    const dropped = expect(pool.encodeSlice(slice())).rejects.toThrow();
    // The thread stands still while the worker answers, so that the answer waits when the task is dropped.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    await pool.destroy();
    await dropped;
    // Time for what still waits to come up as an uncaught error, which fails the test.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('may be destroyed while its workers load, which aborts no process', async () => {
    // In a process of its own, which an abort would end with a signal. Somewhere in these waits the workers are at it.
    const waits = times(60, 20);
    const script = `
      const { WorkerPool } = await import(${JSON.stringify(POOL)});
      for (let wait = 0; wait < 60; wait += ${60 / waits}) {
        const pool = new WorkerPool(2);
        await new Promise((resolve) => setTimeout(resolve, wait));
        await pool.destroy();
        process.stdout.write('.');
      }`;
    const ended = await run(process.execPath, ['--input-type=module', '--eval', script]);
    expect(ended).toEqual({ code: 0, stdout: '.'.repeat(waits), stderr: '' });
  });
});
