import { describe, expect, it } from 'vitest';
import { SliceBuffers } from '../../src/prepare/slice-buffers.js';

/** Whether a promise is settled when everything that is under way is done. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const note = (): void => {
    done = true;
  };
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

const SIZES = { elements: 10, room: 5 };

describe('SliceBuffers', () => {
  it('gives as many buffers of shared memory as there are', async () => {
    const buffers = new SliceBuffers(2, { elements: 100, room: 50 });
    const [first, second] = [await buffers.take(), await buffers.take()];
    for (const { elements, room } of [first, second]) {
      expect([elements.length, room.byteLength]).toEqual([100, 50]);
      expect([elements.buffer, room]).toEqual([expect.any(SharedArrayBuffer), expect.any(SharedArrayBuffer)]);
    }
    const all = [first, second].flatMap(({ elements, room }) => [elements.buffer, room]);
    expect(new Set(all).size).toBe(4);
    expect(await settled(buffers.take())).toBe(false);
  });

  it('gives a buffer again when it is given back', async () => {
    const buffers = new SliceBuffers(1, SIZES);
    const buffer = await buffers.take();
    buffers.give(buffer);
    expect(await buffers.take()).toBe(buffer);
  });

  it('gives to those who wait, first come first served', async () => {
    const buffers = new SliceBuffers(2, SIZES);
    const [first, second] = [await buffers.take(), await buffers.take()];
    const waiting = [buffers.take(), buffers.take(), buffers.take()] as const;
    buffers.give(second);
    expect(await waiting[0]).toBe(second);
    expect(await settled(waiting[1])).toBe(false);
    buffers.give(first);
    expect(await waiting[1]).toBe(first);
    expect(await settled(waiting[2])).toBe(false);
    buffers.give(first);
    expect(await waiting[2]).toBe(first);
  });

  it('never has more buffers in hand than there are', async () => {
    const buffers = new SliceBuffers(3, SIZES);
    const inHand = new Set<unknown>();
    let most = 0;
    const take = async (round: number): Promise<void> => {
      const buffer = await buffers.take();
      expect(inHand.has(buffer)).toBe(false);
      inHand.add(buffer);
      most = Math.max(most, inHand.size);
      await new Promise((resolve) => setImmediate(resolve));
      inHand.delete(buffer);
      buffers.give(buffer);
      if (round > 1) await take(round - 1);
    };
    await Promise.all(Array.from({ length: 10 }, () => take(5)));
    expect(most).toBe(3);
  });

  it('fails those who wait', async () => {
    const buffers = new SliceBuffers(1, SIZES);
    await buffers.take();
    const waiting = [buffers.take(), buffers.take()];
    const reason = new Error('a slice failed');
    buffers.fail(reason);
    for (const promise of waiting) await expect(promise).rejects.toBe(reason);
  });

  it('fails those who come later, with free buffers or without, and for the first reason', async () => {
    const buffers = new SliceBuffers(2, SIZES);
    const buffer = await buffers.take();
    const reason = new Error('a slice failed');
    buffers.fail(reason);
    buffers.fail(new Error('another one'));
    await expect(buffers.take()).rejects.toBe(reason);
    buffers.give(buffer);
    await expect(buffers.take()).rejects.toBe(reason);
  });

  it('fails for any reason', async () => {
    const buffers = new SliceBuffers(1, SIZES);
    buffers.fail(undefined);
    await expect(buffers.take()).rejects.toBeUndefined();
  });
});
