import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FORMAT_NAMES, isFormatName, type ShardTask, writeShard } from '../../src/formats/formats.js';
import { encodedSplit, inMemory, LAYOUT, recordOf } from '../rows/encoded.js';
import { scratchDir } from '../scratch-dir.js';

/** A disk that takes so many writes, each of 256 KiB at most, and then is full. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY, writes: 0, opened: 0, closed: 0 }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  const openSync: typeof real.openSync = (...words) => {
    disk.opened++;
    return real.openSync(...words);
  };
  const writeSync = (file: number, bytes: Uint8Array, at: number): number => {
    if (disk.writes === disk.room)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        syscall: 'write',
      });
    disk.writes++;
    return real.writeSync(file, bytes, at, Math.min(256 * 1024, bytes.length - at));
  };
  const closeSync = (file: number): void => {
    real.closeSync(file);
    disk.closed++;
  };
  return { ...real, openSync, writeSync, closeSync };
});

afterEach(() => {
  disk.room = Number.POSITIVE_INFINITY;
});

/** Images of 100,000 bytes that do not compress, 3 MB of them. */
const RECORDS = Array.from({ length: 30 }, (_, row) => {
  const record = recordOf(row, 100_000);
  let state = row + 1;
  for (let at = 12; at < record.length - 4; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    record[at] = state >>> 24;
  }
  return record;
});

describe.each(FORMAT_NAMES.filter(isFormatName))(
  'a disk that is full in the middle of a %s file',
  (format) => {
    it('is an error that says so, at whichever write, and the file is closed', async () => {
      const dir = await scratchDir();
      const task = (file: string): ShardTask => ({
        format,
        path: join(dir, file),
        range: { start: 0, end: RECORDS.length },
        split: inMemory(encodedSplit(RECORDS, 7, [...RECORDS.keys()])),
        layout: LAYOUT,
      });
      Object.assign(disk, { writes: 0, opened: 0, closed: 0 });
      const { bytes } = await writeShard(task('whole'));
      const writes = disk.writes;
      expect(bytes).toBeGreaterThan(3_000_000);
      expect(writes).toBeGreaterThanOrEqual(12);

      for (let room = 0; room < writes; room++) {
        Object.assign(disk, { room, writes: 0 });
        await expect(writeShard(task(`room-${room}`))).rejects.toMatchObject({
          name: 'DatasetError',
          code: 'DISK_FULL',
          exitCode: 5,
          message: `the disk is full while writing ${join(dir, `room-${room}`)}`,
          found: 'ENOSPC',
        });
      }
      expect(disk.opened).toBe(writes + 1);
      expect(disk.closed).toBe(disk.opened);
      expect(readdirSync(dir)).toHaveLength(writes + 1);
    });
  },
);
