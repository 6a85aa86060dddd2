import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../src/errors.js';
import { answering, unwrap } from '../../src/prepare/answer.js';

describe('answering', () => {
  it('answers with the value', async () => {
    const double = answering((value: number) => 2 * value);
    expect(await double(4)).toEqual({ value: 8 });
    expect(unwrap(await double(4))).toBe(8);
    expect(unwrap(await answering(() => undefined)(1))).toBeUndefined();
  });

  it('answers when the work is done', async () => {
    const double = answering(async (value: number) => 2 * value);
    expect(await double(4)).toEqual({ value: 8 });
    const fail = answering(() => Promise.reject(new DatasetError('DISK', 'refused')));
    const answer = await fail(1);
    expect(() => unwrap(structuredClone(answer))).toThrow(
      expect.objectContaining({ code: 'DISK', message: 'refused' }),
    );
  });

  it('answers with the error, which crosses to another thread and is thrown there', async () => {
    const error = new DatasetError('DISK_FULL', 'the disk is full', { expected: 'a', found: 'b', next: 'c' });
    const fail = answering(() => {
      throw error;
    });
    const arrived = structuredClone(await fail(1));
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

  it('answers with a fault, whatever was thrown', async () => {
    const fail = answering((thrown: unknown) => {
      throw thrown;
    });
    for (const thrown of [new TypeError('a fault'), 'a fault']) {
      const answer = structuredClone(await fail(thrown));
      expect(() => unwrap(answer)).toThrow(
        expect.objectContaining({ name: 'DatasetError', code: 'INTERNAL', message: 'a fault' }),
      );
    }
  });
});
