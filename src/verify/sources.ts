import { crc32 } from 'node:zlib';
import { ArchiveFolder } from '../archive/archive-folder.js';
import { cachedPath, isCached } from '../archive/cache.js';
import { readArchive } from '../archive/read.js';
import {
  type ArchiveDefinition,
  type DatasetDefinition,
  featuresOf,
  type SplitDefinition,
} from '../dataset/definition.js';
import { DTYPES, type DType, dtypeOf, rowBytesOf } from '../dataset/feature.js';
import { fault } from '../errors.js';
import { crc32c } from '../formats/tfrecord/crc32c.js';
import { copyLittleEndian, readIntegers } from '../idx/elements.js';
import { IdxReader } from '../idx/reader.js';
import type { CheckedRow } from './check-row.js';
import type { Findings } from './findings.js';
import { sampleBytes } from './sample-bytes.js';

/** Where archives may be. */
export interface SourceOptions {
  /** A folder that holds them; without it those in the cache are taken. */
  archives?: string | undefined;
  cacheDir: string;
}

/** Where a split's archives lie; that of the labels, where it has labels. */
interface SourcePaths {
  images: string;
  labels: string | undefined;
}

/** How many rows of an archive are read at once. */
const ROWS_AT_ONCE = 1024;
/** A row whose place was damaged, or did not come. */
const NOTHING = -1;

/**
 * What a split's shards hold, by the rows' numbers in their source: two checksums of the samples, 64 bits together, and the
 * label. So it is compared with the archives, which have their rows in another order, without holding either in memory.
 */
export class SplitSources {
  readonly #split: SplitDefinition;
  readonly #definition: DatasetDefinition;
  readonly #paths: SourcePaths;
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;
  readonly #labels: Int32Array;
  /** Where each row stands. */
  readonly #records: Int32Array;
  readonly #files: string[] = [];
  readonly #fileOf: Uint32Array;

  private constructor(definition: DatasetDefinition, split: SplitDefinition, paths: SourcePaths) {
    this.#definition = definition;
    this.#split = split;
    this.#paths = paths;
    this.#first = new Uint32Array(split.rows);
    this.#second = new Uint32Array(split.rows);
    this.#labels = new Int32Array(split.rows);
    this.#records = new Int32Array(split.rows).fill(NOTHING);
    this.#fileOf = new Uint32Array(split.rows);
  }

  /**
   * The archives of a split, where both are at hand.
   *
   * @throws {DatasetError} what {@link ArchiveFolder} throws where a folder is given, `DISK`
   */
  static async find(
    definition: DatasetDefinition,
    split: SplitDefinition,
    options: SourceOptions,
  ): Promise<SplitSources | undefined> {
    const folder = options.archives === undefined ? undefined : new ArchiveFolder(options.archives);
    const locate = async (archive: ArchiveDefinition): Promise<string | undefined> => {
      if (folder !== undefined) return folder.locate(definition, archive);
      const path = cachedPath(options.cacheDir, archive);
      return (await isCached(path, archive.bytes)) ? path : undefined;
    };
    const images = await locate(split.images);
    const labels = split.labels === undefined ? undefined : await locate(split.labels);
    const isMissing = split.labels !== undefined && labels === undefined;
    return images === undefined || isMissing
      ? undefined
      : new SplitSources(definition, split, { images, labels });
  }

  /** Takes a row of the split, by its number in the source. */
  take({ cells, samples }: CheckedRow, number: number, file: string, record: number): void {
    const { input, label } = featuresOf(this.#definition);
    const cell = cells.get(input.name);
    const image = samples.get(input.name);
    const bytes =
      image ?? (cell !== undefined && 'numbers' in cell ? sampleBytes(cell.numbers, input.dtype) : undefined);
    const labels = label === undefined ? undefined : cells.get(label);
    if (bytes === undefined || number >= this.#split.rows) return;
    this.#first[number] = crc32(bytes);
    this.#second[number] = crc32c(bytes);
    this.#labels[number] = labels !== undefined && 'numbers' in labels ? Number(labels.numbers[0]) : 0;
    this.#records[number] = record;
    if (this.#files.at(-1) !== file) this.#files.push(file);
    this.#fileOf[number] = this.#files.length - 1;
  }

  /** Compares what was taken with the archives, row by row. */
  async compare(findings: Findings): Promise<void> {
    const { input } = featuresOf(this.#definition);
    const { images, labels } = this.#paths;
    const rowBytes = rowBytesOf(input);
    const turned = new Uint8Array(rowBytes);
    await this.#rows(this.#split.images, images, findings, (row, elements) => {
      copyLittleEndian(elements, turned, 0, DTYPES[input.dtype].bytes);
      if (crc32(turned) === this.#first[row] && crc32c(turned) === this.#second[row]) return;
      this.#differs(row, `the samples are not that of row ${row} of ${images}`, findings);
    });
    if (this.#split.labels === undefined || labels === undefined) return;
    await this.#rows(this.#split.labels, labels, findings, (row, elements, dtype) => {
      if (dtype === 'float32' || dtype === 'float64') return;
      const [label] = readIntegers(elements, dtype);
      if (label === this.#labels[row]) return;
      const values = { expected: String(label), found: String(this.#labels[row]) };
      this.#differs(row, `the label is not that of row ${row} of ${labels}`, findings, values);
    });
  }

  #differs(
    row: number,
    message: string,
    findings: Findings,
    values: { expected?: string; found?: string } = {},
  ): void {
    findings.add(
      this.#files[this.#fileOf[row] ?? 0] ?? '',
      fault('SOURCE_MISMATCH', message, values),
      this.#records[row],
    );
  }

  /** Gives each row of an archive that was taken to `check`. */
  async #rows(
    archive: ArchiveDefinition,
    path: string,
    findings: Findings,
    check: (row: number, elements: Uint8Array, dtype: DType) => void,
  ): Promise<void> {
    try {
      await readArchive(path, archive, async (inflated, where) => {
        const reader = await IdxReader.open(inflated, where);
        const { dimensions, type } = reader.header;
        const dtype = dtypeOf(type);
        const rowBytes = rowBytesOf({ dtype, shape: dimensions.slice(1) });
        const bytes = new Uint8Array(ROWS_AT_ONCE * rowBytes);
        for (let first = 0; first < this.#split.rows; first += ROWS_AT_ONCE) {
          const rows = Math.min(ROWS_AT_ONCE, this.#split.rows - first);
          await reader.read(bytes.subarray(0, rows * rowBytes));
          for (let row = 0; row < rows; row++)
            if (this.#records[first + row] !== NOTHING)
              check(first + row, bytes.subarray(row * rowBytes, (row + 1) * rowBytes), dtype);
        }
        await reader.end();
      });
    } catch (error) {
      // The archive is at fault, and not the data set.
      const reason = error instanceof Error ? error.message : String(error);
      findings.skip(`the split ${this.#split.name} against its archives`, reason);
    }
  }
}
