import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../src/archive/inflate.js';
import { letGo } from '../../src/archive/let-go.js';
import { whole } from '../chunks.js';

const MIB = 2 ** 20;

describe('inflate', () => {
  it('leaves no garbage behind: memory is let go of as soon as the next chunk is asked for', async () => {
    const bytes = 96 * MIB;
    const archive = gzipSync(new Uint8Array(bytes));
    const before = process.memoryUsage().arrayBuffers;
    let [read, most] = [0, 0];
    for await (const chunk of inflate(whole(archive), 'images.gz')) {
      read += chunk.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    expect(read).toBe(bytes);
    expect(most - before).toBeLessThan(8 * MIB);
  });
});

describe('letGo', () => {
  it('gives memory back without a collection of garbage', () => {
    const memory = new ArrayBuffer(16 * MIB);
    const view = new Uint8Array(memory);
    const before = process.memoryUsage().arrayBuffers;
    letGo(memory);
    expect([memory.byteLength, view.length]).toEqual([0, 0]);
    expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(15 * MIB);
  });
});
