import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../scripts/bench/subject.js';
import { takeTurns } from '../../../scripts/bench/turns.js';

/** A subject whose nth measurement, from 0, says n. */
function counting(name: string): Subject {
  let measured = 0;
  return { name, measure: () => ({ wallSeconds: measured++ }) };
}

const signal = new AbortController().signal;

describe('takeTurns', () => {
  it('measures one after the other, once more than it counts', async () => {
    const order: string[] = [];
    const onMeasure = (turn: number, subject: string): void => {
      order.push(`${turn} ${subject}`);
    };
    const measured = await takeTurns([counting('a'), counting('b')], { runs: 2, signal, onMeasure });
    expect(order).toEqual(['0 a', '0 b', '1 a', '1 b', '2 a', '2 b']);
    const wallSeconds = { samples: [1, 2], min: 1, median: 1.5, max: 2 };
    expect(measured).toEqual([
      { name: 'a', figures: { wallSeconds } },
      { name: 'b', figures: { wallSeconds } },
    ]);
  });

  it('ends between two measurements', async () => {
    const interruption = new AbortController();
    const order: string[] = [];
    const onMeasure = (turn: number, subject: string): void => {
      order.push(`${turn} ${subject}`);
      if (turn === 1) interruption.abort(new Error('enough'));
    };
    const turns = takeTurns([counting('a'), counting('b')], {
      runs: 2,
      signal: interruption.signal,
      onMeasure,
    });
    await expect(turns).rejects.toThrow('enough');
    expect(order).toEqual(['0 a', '0 b', '1 a']);
  });
});
