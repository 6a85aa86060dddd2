import type { BigIntStats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { asDiskError } from '../errors.js';
import { handleChunks } from '../fs/file-chunks.js';
import { fileHead } from '../fs/file-head.js';
import { changedArchive, headRange, type Range, type RangedArchive } from './ranged-archive.js';

/** An archive on a disk, of which ranges are read where they lie. */
export class RangedFile implements RangedArchive {
  readonly where: string;
  readonly bytes: number;
  readonly head: Uint8Array;
  readonly #state: string;
  readonly #signal: AbortSignal | undefined;

  private constructor(path: string, found: BigIntStats, head: Uint8Array, signal: AbortSignal | undefined) {
    this.where = path;
    this.bytes = Number(found.size);
    this.head = head;
    this.#state = stateOf(found);
    this.#signal = signal;
  }

  /**
   * Reads the head of a file; nothing where that is not a regular file of the archive's size.
   *
   * @throws {DatasetError} `DISK`
   */
  static async open(
    path: string,
    archive: ArchiveDefinition,
    signal?: AbortSignal,
  ): Promise<RangedFile | undefined> {
    const found = await stat(path, { bigint: true }).catch((error: unknown) => {
      throw asDiskError(error, `reading ${path}`);
    });
    if (!found.isFile() || Number(found.size) !== archive.bytes) return undefined;
    return new RangedFile(path, found, await fileHead(path, headRange(archive).end), signal);
  }

  /** @throws {DatasetError} `ARCHIVE_CHECKSUM` where the file was changed since it was opened, `DISK` */
  async *read({ start, end }: Range): AsyncGenerator<Uint8Array> {
    const path = this.where;
    const failed = (error: unknown): never => {
      throw asDiskError(error, `reading ${path}`);
    };
    const file = await open(path).catch(failed);
    const expectSame = async (): Promise<void> => {
      const state = stateOf(await file.stat({ bigint: true }).catch(failed));
      if (state !== this.#state) throw changedArchive(path, this.#state, state);
    };
    try {
      await expectSame();
      let left = end - start;
      for await (const chunk of handleChunks(file, path, this.#signal, { start, end })) {
        left -= chunk.length;
        // What follows the last chunk is not asked for by everybody.
        if (left === 0) await expectSame();
        yield chunk;
      }
      if (left > 0) throw changedArchive(path, `${this.bytes} bytes`, `${end - left} bytes`);
    } finally {
      // Of a file that is only read, closing takes nothing away.
      await file.close().catch(() => {});
    }
  }
}

/** What tells a file from another one, and from itself when it was written to. */
function stateOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${size} bytes, changed at ${mtimeNs} ns (file ${dev}/${ino})`;
}
