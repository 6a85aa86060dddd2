import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isCached } from '../archive/cache.js';
import type { Entries } from '../directory/entries.js';
import type { FileAccess } from '../directory/file-access.js';
import { CARD_FILE } from '../directory/manifest/card.js';
import { CHECKSUMS_FILE, checksumsIn } from '../directory/manifest/checksums.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import { FEATURES_FILE } from '../directory/manifest/features.js';
import { ROW_KEYS_FILE } from '../directory/manifest/row-keys.js';
import { asDatasetError, DatasetError, fault } from '../errors.js';
import { requireSpace } from '../fs/disk-space.js';
import type { Storage } from '../storage/storage.js';
import { expectChecksum, fetchFile, OTHER_CACHE, type WantedFile } from './fetch-file.js';

/** Files that are about to be fetched. */
export interface FetchEvent {
  event: 'fetch';
  /** Where they come from, and the folder that they come to. */
  from: string;
  to: string;
  files: number;
  bytes: number;
}

/** Where fetched files are kept, and who is told of them. */
export interface FetchOptions {
  /** The folder of downloads; shards lie in `datasets/<key>` below it. */
  cacheDir: string;
  /** Ends it with the signal's reason. */
  signal?: AbortSignal | undefined;
  onFetch?: ((event: FetchEvent) => void) | undefined;
}

/** A data set of a storage: the folder that it lies in, and what was listed there. */
export interface StoredDataset {
  storage: Storage;
  folder: string;
  /** Its address. */
  url: string;
  entries: Entries;
}

/** How many shards may be on their way at once. */
const AT_ONCE = 4;

const MANIFESTS: readonly string[] = [
  CHECKSUMS_FILE,
  DATASET_INFO_FILE,
  FEATURES_FILE,
  ROW_KEYS_FILE,
  CARD_FILE,
];

function isManifest(file: string): boolean {
  return MANIFESTS.includes(file) || file.endsWith('.labels.txt');
}

/**
 * A data set in a storage. Its manifests are read each time, to know which data set it is; its shards are fetched when they are
 * wanted, into a folder whose name is the SHA-256 of `SHA256SUMS`. So shards of two data sets never come together, not even where
 * one takes the place of the other while it is read. Without `SHA256SUMS` the folder's name is made of all manifests, and of names and
 * sizes as they were listed: shards of other content and the same size are not told apart then.
 */
export class FetchedAccess implements FileAccess {
  readonly where: string;
  readonly directory: string;
  readonly #dataset: StoredDataset;
  readonly #manifests: ReadonlyMap<string, Buffer>;
  readonly #checksums: ReadonlyMap<string, string> | undefined;
  readonly #options: FetchOptions;

  private constructor(dataset: StoredDataset, manifests: ReadonlyMap<string, Buffer>, options: FetchOptions) {
    this.#dataset = dataset;
    this.#manifests = manifests;
    this.#options = options;
    this.#checksums = checksumsOf(manifests);
    this.where = dataset.url;
    this.directory = join(options.cacheDir, 'datasets', keyOf(dataset.entries, manifests));
  }

  /**
   * Reads the manifests.
   *
   * @throws {DatasetError} `OBJECT_MISSING` where one went since it was listed, `STORAGE`, `DISK`
   */
  static async open(dataset: StoredDataset, options: FetchOptions): Promise<FetchedAccess> {
    const files = [...dataset.entries.files.keys()].filter(isManifest);
    // The checksums first: where the data set is replaced meanwhile, the others do not fit to them.
    files.sort((a, b) => Number(b === CHECKSUMS_FILE) - Number(a === CHECKSUMS_FILE));
    const manifests = new Map<string, Buffer>();
    for (const file of files) {
      options.signal?.throwIfAborted();
      manifests.set(file, await readManifest(dataset, file));
    }
    return new FetchedAccess(dataset, manifests, options);
  }

  /**
   * Sees that the manifests have the checksums that `SHA256SUMS` has of them.
   *
   * @throws {DatasetError} `FILE_CHECKSUM`, `MANIFEST_INVALID`
   */
  expectManifests(): void {
    const sums = this.#manifests.get(CHECKSUMS_FILE);
    if (sums !== undefined) checksumsIn(sums.toString('utf8'));
    for (const file of this.#manifests.keys()) {
      const expected = this.#checksums?.get(file);
      const found = this.checksumOf(file);
      if (expected !== undefined && found !== undefined) expectChecksum(file, expected, found);
    }
  }

  /** SHA-256 of a manifest as it was read; none of other files. */
  checksumOf(file: string): string | undefined {
    const bytes = this.#manifests.get(file);
    return bytes === undefined ? undefined : sha256Of(bytes);
  }

  textOf(file: string): string {
    const bytes = this.#manifests.get(file);
    if (bytes !== undefined) return bytes.toString('utf8');
    throw fault('FILE_MISSING', `${file} is not among the manifests of ${this.where}`);
  }

  async *ready(files: readonly string[]): AsyncGenerator<string> {
    const wanted = files.map((file) => this.#wanted(file));
    await this.#announce(wanted);
    const ended = new AbortController();
    const { signal: own } = this.#options;
    const signal = own === undefined ? ended.signal : AbortSignal.any([own, ended.signal]);
    const fetches = new Map<string, Promise<void>>();
    try {
      for (const [at, { path }] of wanted.entries()) {
        for (const next of wanted.slice(at, at + AT_ONCE)) {
          if (fetches.has(next.key)) continue;
          const fetch = this.#fetch(next, { signal });
          // Whoever waits for it is told; until then it is nobody's fault.
          fetch.catch(() => {});
          fetches.set(next.key, fetch);
        }
        await fetches.get(this.#keyOf(files[at] ?? ''));
        yield path;
      }
    } finally {
      ended.abort();
      await Promise.allSettled(fetches.values());
    }
  }

  /**
   * Fetches files, also those that are here already, and tells which do not come as they should.
   *
   * @throws {DatasetError} what is no fault of the data set: `STORAGE`, `DISK`, `DISK_FULL`; the signal's reason
   */
  async fetchAnew(files: readonly string[]): Promise<Map<string, DatasetError>> {
    const faults = new Map<string, DatasetError>();
    const { signal } = this.#options;
    await this.#announce(
      files.filter((file) => this.#isKnown(file)).map((file) => this.#wanted(file)),
      { anew: true },
    );
    const left = [...files];
    const fetchNext = async (): Promise<void> => {
      for (let file = left.shift(); file !== undefined; file = left.shift())
        try {
          await this.#fetch(this.#wanted(file), { signal, anew: true });
        } catch (error) {
          if (!isFaultOfData(error)) throw error;
          faults.set(file, asDatasetError(error));
        }
    };
    const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, fetchNext));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return faults;
  }

  #fetch(wanted: WantedFile, how: { signal: AbortSignal | undefined; anew?: boolean }): Promise<void> {
    return fetchFile(this.#dataset.storage, wanted, { ...how, cacheDir: this.#options.cacheDir });
  }

  /** Says what is to come, and refuses it where there is no room for it. */
  async #announce(wanted: readonly WantedFile[], { anew = false } = {}): Promise<void> {
    let bytes = 0;
    const missing = new Set<string>();
    for (const file of wanted) {
      if (missing.has(file.key) || (!anew && (await isCached(file.path, file.bytes)))) continue;
      missing.add(file.key);
      bytes += file.bytes;
    }
    if (missing.size === 0) return;
    await requireSpace(this.directory, bytes, OTHER_CACHE);
    const { where: from, directory: to } = this;
    this.#options.onFetch?.({ event: 'fetch', from, to, files: missing.size, bytes });
  }

  /** @throws {DatasetError} `FILE_MISSING`, `FILE_EXTRA` */
  #wanted(file: string): WantedFile {
    const bytes = this.#dataset.entries.files.get(file);
    if (bytes === undefined)
      throw fault('FILE_MISSING', `${this.where} has no ${file}`, {
        expected: file,
        found: 'no such object',
      });
    if (!this.#isKnown(file))
      throw fault('FILE_EXTRA', `${file} is not named in ${CHECKSUMS_FILE}`, {
        expected: `a checksum, without which it may be a file of another data set`,
        found: file,
        next: 'Read another format, or remove the file there.',
      });
    const sha256 = this.#checksums?.get(file);
    return { key: this.#keyOf(file), bytes, sha256, path: join(this.directory, file) };
  }

  #isKnown(file: string): boolean {
    return this.#checksums === undefined || this.#checksums.has(file);
  }

  #keyOf(file: string): string {
    const { folder } = this.#dataset;
    return folder === '' ? file : `${folder}/${file}`;
  }
}

async function readManifest({ storage, folder, url }: StoredDataset, file: string): Promise<Buffer> {
  const bytes = await storage.get(folder === '' ? file : `${folder}/${file}`);
  if (bytes !== undefined) return Buffer.from(bytes);
  throw new DatasetError('OBJECT_MISSING', `${file} went while ${url} was read`, {
    expected: file,
    found: 'no such object',
    next: 'Run the command again.',
  });
}

function checksumsOf(manifests: ReadonlyMap<string, Buffer>): ReadonlyMap<string, string> | undefined {
  const bytes = manifests.get(CHECKSUMS_FILE);
  try {
    return bytes === undefined ? undefined : checksumsIn(bytes.toString('utf8'));
  } catch {
    // Whoever reads the directory tells of it.
    return undefined;
  }
}

function keyOf(entries: Entries, manifests: ReadonlyMap<string, Buffer>): string {
  const checksums = manifests.get(CHECKSUMS_FILE);
  if (checksums !== undefined) return sha256Of(checksums);
  const files = [...entries.files].map(([name, bytes]) => {
    const manifest = manifests.get(name);
    return [name, bytes, manifest === undefined ? '' : sha256Of(manifest)];
  });
  return sha256Of(JSON.stringify(files));
}

function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Whether an error tells of the data set, and not of the way to it. */
function isFaultOfData(error: unknown): boolean {
  return (
    error instanceof DatasetError &&
    [
      'FILE_CHECKSUM',
      'FILE_BYTES',
      'FILE_EXTRA',
      'FILE_MISSING',
      'OBJECT_MISSING',
      'OBJECT_DIFFERS',
    ].includes(error.code)
  );
}
