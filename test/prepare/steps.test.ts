import { describe, expect, it } from 'vitest';
import { StepTimes } from '../../src/prepare/steps.js';

describe('StepTimes', () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

  it('tells nothing of steps that were not taken', () => {
    expect(new StepTimes().seconds()).toEqual({
      space: 0,
      archives: 0,
      encode: 0,
      write: 0,
      manifest: 0,
      publish: 0,
    });
  });

  it('counts a step once that is under way several times, and adds up those one after the other', async () => {
    const times = new StepTimes();
    const start = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => times.of('write', pause)));
    await times.of('write', pause);
    const elapsed = (performance.now() - start) / 1000;
    const { write } = times.seconds();
    // Rounded to milliseconds; a timer may be early by one.
    expect(write).toBeGreaterThan(0.035);
    expect(write).toBeLessThanOrEqual(elapsed + 0.001);
  });

  it('counts what failed, and passes the error on', async () => {
    const times = new StepTimes();
    const failing = times.of('encode', async () => {
      await pause();
      throw new Error('damaged');
    });
    await expect(failing).rejects.toThrow('damaged');
    const first = times.seconds().encode;
    expect(first).toBeGreaterThan(0.015);
    await pause();
    expect(times.seconds().encode).toBe(first);
  });
});
