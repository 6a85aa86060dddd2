import { describe, expect, it } from 'vitest';
import { answering, unwrap } from '../src/answer.js';
import { DatasetError } from '../src/errors.js';

describe('answering', () => {
  it('answers with the value', () => {
    const double = answering((value: number) => 2 * value);
    expect(double(4)).toEqual({ value: 8 });
    expect(unwrap(double(4))).toBe(8);
    expect(unwrap(answering(() => undefined)(1))).toBeUndefined();
  });

  it('answers with the error, which crosses to another thread and is thrown there', () => {
    const error = new DatasetError('DISK_FULL', 'the disk is full', { expected: 'a', found: 'b', next: 'c' });
    const fail = answering(() => {
      throw error;
    });
    const arrived = structuredClone(fail(1));
    expect(() => unwrap(arrived)).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'DISK_FULL',
        message: 'the disk is full',
        expected: 'a',
        found: 'b',
        next: 'c',
        stack: error.stack,
      }),
    );
  });

  it('answers with a fault, whatever was thrown', () => {
    const fail = answering((thrown: unknown) => {
      throw thrown;
    });
    for (const thrown of [new TypeError('a fault'), 'a fault']) {
      expect(() => unwrap(structuredClone(fail(thrown)))).toThrow(
        expect.objectContaining({ name: 'DatasetError', code: 'INTERNAL', message: 'a fault' }),
      );
    }
  });
});
