import { describe, expect, it } from 'vitest';
import { busyNotes, thisMachine } from '../../../scripts/bench/machine.js';

describe('busyNotes', () => {
  it('says so where the machine had something else to do', () => {
    const machine = { ...thisMachine(), cores: 2 };
    expect(busyNotes({ ...machine, load: 0.5 })).toEqual([]);
    expect(busyNotes({ ...machine, load: 5.95 })).toEqual([expect.stringContaining('load 5.95, 2 cores')]);
  });
});
