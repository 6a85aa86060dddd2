import { crc32 } from 'node:zlib';
import { ArchiveFolder } from '../archive/archive-folder.js';
import { cachedPath, isCached } from '../archive/cache.js';
import { readArchive } from '../archive/read.js';
import { copyLittleEndian, isInteger, readIntegers } from '../arrays/elements.js';
import type { ArrayHeader } from '../arrays/header.js';
import { ArrayReader } from '../arrays/reader.js';
import { type DatasetDefinition, featuresOf } from '../dataset/definition.js';
import { rowBytesOf } from '../dataset/feature.js';
import {
  type ArchiveDefinition,
  type PlacedPart,
  placedParts,
  type SplitDefinition,
} from '../dataset/split-definition.js';
import { fault } from '../errors.js';
import { crc32c } from '../formats/tfrecord/crc32c.js';
import type { CheckedRow } from './check-row.js';
import type { Findings } from './findings.js';
import { withOneNaN } from './one-nan.js';
import { sampleBytes } from './sample-bytes.js';

/** Where archives may be. */
export interface SourceOptions {
  /** A folder that holds them; without it those in the cache are taken. */
  archives?: string | undefined;
  cacheDir: string;
}

/** A part of a split, and where its archives lie. */
interface SourcePart extends PlacedPart {
  imagesPath: string;
  labelsPath: string | undefined;
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
  readonly #parts: readonly SourcePart[];
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;
  readonly #labels: Int32Array;
  /** Where each row stands. */
  readonly #records: Int32Array;
  readonly #files: string[] = [];
  readonly #fileOf: Uint32Array;

  private constructor(definition: DatasetDefinition, split: SplitDefinition, parts: readonly SourcePart[]) {
    this.#definition = definition;
    this.#split = split;
    this.#parts = parts;
    this.#first = new Uint32Array(split.rows);
    this.#second = new Uint32Array(split.rows);
    this.#labels = new Int32Array(split.rows);
    this.#records = new Int32Array(split.rows).fill(NOTHING);
    this.#fileOf = new Uint32Array(split.rows);
  }

  /**
   * The archives of a split, where all are at hand.
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
    const parts: SourcePart[] = [];
    for (const part of placedParts(split)) {
      const imagesPath = await locate(part.images);
      const labelsPath = part.labels === undefined ? undefined : await locate(part.labels);
      if (imagesPath === undefined || (part.labels !== undefined && labelsPath === undefined))
        return undefined;
      parts.push({ ...part, imagesPath, labelsPath });
    }
    return new SplitSources(definition, split, parts);
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
    const values = withOneNaN(bytes, input.dtype);
    this.#first[number] = crc32(values);
    this.#second[number] = crc32c(values);
    this.#labels[number] = labels !== undefined && 'numbers' in labels ? Number(labels.numbers[0]) : 0;
    this.#records[number] = record;
    if (this.#files.at(-1) !== file) this.#files.push(file);
    this.#fileOf[number] = this.#files.length - 1;
  }

  /** Compares what was taken with the archives, row by row. */
  async compare(findings: Findings): Promise<void> {
    for (const part of this.#parts) await this.#comparePart(part, findings);
  }

  async #comparePart(part: SourcePart, findings: Findings): Promise<void> {
    const { input } = featuresOf(this.#definition);
    const { imagesPath, labelsPath, labels, firstRow } = part;
    const turned = new Uint8Array(rowBytesOf(input));
    const images = { archive: part.images, path: imagesPath, part };
    await this.#rows(images, findings, (row, elements, { littleEndian }) => {
      const at = firstRow + row;
      copyLittleEndian(elements, { dtype: input.dtype, littleEndian }, turned, 0);
      const samples = withOneNaN(turned, input.dtype);
      if (crc32(samples) === this.#first[at] && crc32c(samples) === this.#second[at]) return;
      this.#differs(at, `the samples are not that of row ${row} of ${imagesPath}`, findings);
    });
    if (part.class !== undefined) this.#compareClass(part, part.class, findings);
    if (labels === undefined || labelsPath === undefined) return;
    await this.#rows({ archive: labels, path: labelsPath, part }, findings, (row, elements, header) => {
      const { dtype, littleEndian } = header;
      if (!isInteger(dtype)) return;
      const label = readIntegers(elements, { dtype, littleEndian })[labels.column ?? 0];
      const at = firstRow + row;
      if (label === this.#labels[at]) return;
      const values = { expected: String(label), found: String(this.#labels[at]) };
      this.#differs(at, `the label is not that of row ${row} of ${labelsPath}`, findings, values);
    });
  }

  #compareClass({ firstRow, rows, imagesPath }: SourcePart, className: string, findings: Findings): void {
    const label = this.#definition.label?.classNames?.indexOf(className);
    for (let row = firstRow; row < firstRow + rows; row++) {
      if (this.#records[row] === NOTHING || this.#labels[row] === label) continue;
      const values = { expected: String(label), found: String(this.#labels[row]) };
      this.#differs(row, `the label is not that of the rows of ${imagesPath}`, findings, values);
    }
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

  /** Gives each row of an archive that was taken to `check`, by its number in it. */
  async #rows(
    { archive, path, part }: { archive: ArchiveDefinition; path: string; part: SourcePart },
    findings: Findings,
    check: (row: number, elements: Uint8Array, header: ArrayHeader) => void,
  ): Promise<void> {
    try {
      await readArchive(path, archive, async (inflated, where) => {
        const reader = await ArrayReader.open(inflated, where);
        const { header } = reader;
        const rowBytes = rowBytesOf({ dtype: header.dtype, shape: header.dimensions.slice(1) });
        const bytes = new Uint8Array(ROWS_AT_ONCE * rowBytes);
        for (let first = 0; first < part.rows; first += ROWS_AT_ONCE) {
          const rows = Math.min(ROWS_AT_ONCE, part.rows - first);
          await reader.read(bytes.subarray(0, rows * rowBytes));
          for (let row = 0; row < rows; row++)
            if (this.#records[part.firstRow + first + row] !== NOTHING)
              check(first + row, bytes.subarray(row * rowBytes, (row + 1) * rowBytes), header);
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
