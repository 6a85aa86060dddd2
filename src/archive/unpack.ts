import { createHash } from 'node:crypto';
import { fileChunks } from '../fs/file-chunks.js';
import { fileHead } from '../fs/file-head.js';
import { OncePerFile } from './checksum.js';
import { isZip } from './file-kind.js';
import { withInflated } from './inflate.js';

/**
 * Takes the bytes of an array's file as they come.
 *
 * @param inflated the file's bytes, uncompressed; a chunk is there until the next is asked for
 * @param where the file, for messages: its path, with that of the member where it lies in a zip
 */
export type Consume<T> = (inflated: AsyncIterable<Uint8Array>, where: string) => Promise<T>;

/** Whether a file is a zip, by how it begins. @throws {DatasetError} `DISK` */
export async function isZipFile(path: string): Promise<boolean> {
  return isZip(await fileHead(path, 4));
}

/**
 * Gives what a file holds to `consume`: as {@link withInflated} unpacks it, out of a zip where a member is named.
 *
 * @throws {DatasetError} what {@link withInflated} and `readZipMember` of `zip.ts` throw, `DISK`, and what `consume` throws
 */
export async function unpackFile<T>(
  path: string,
  member: string | undefined,
  consume: Consume<T>,
): Promise<T> {
  if (member !== undefined) {
    const { readZipMember } = await import('./zip.js');
    const where = `${path}: ${member}`;
    return readZipMember(path, member, (chunks) => withInflated(chunks, where, consume));
  }
  const chunks = fileChunks(path);
  try {
    return await withInflated(chunks, path, consume);
  } finally {
    await chunks.return(undefined);
  }
}

/** Bytes by which a content is known. */
export interface Digest {
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

/** SHA-256 of bytes as they pass, and how many they were. */
export class PassingDigest {
  readonly #hash = createHash('sha256');
  readonly #most: number;
  /** Bytes that have passed. */
  bytes = 0;
  /** Whether the last of them has passed. */
  ended = false;

  /** @param most how many bytes may pass, so that a bomb costs no more than what was expected of it */
  constructor(most: number) {
    this.#most = most;
  }

  /** The bytes, each chunk hashed before it is passed on. @throws {TooManyBytes} instead of the first chunk beyond `most` */
  async *pass(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      this.bytes += chunk.length;
      if (this.bytes > this.#most) throw new TooManyBytes(`more than ${this.#most} bytes`);
      this.#hash.update(chunk);
      yield chunk;
    }
    this.ended = true;
  }

  /** What has passed. Asked for once. */
  digest(): Digest {
    return { bytes: this.bytes, sha256: this.#hash.digest('hex') };
  }
}

/** More bytes came than {@link PassingDigest} lets pass. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

const digests = new OncePerFile<Digest | undefined>();

/**
 * Size and SHA-256 of what a file holds, or of what a member of a zip holds; `undefined` where that is more than `most` bytes.
 * A file is read once for it, as {@link OncePerFile} has it.
 *
 * @throws {DatasetError} what {@link unpackFile} throws
 */
export function digestOfContent(
  path: string,
  member: string | undefined,
  most: number,
): Promise<Digest | undefined> {
  return digests.get(path, `${most} ${member ?? ''}`, async () => {
    const passing = new PassingDigest(most);
    try {
      await unpackFile(path, member, async (content) => {
        for await (const _ of passing.pass(content));
      });
      return passing.digest();
    } catch (error) {
      if (error instanceof TooManyBytes) return undefined;
      throw error;
    }
  });
}
