import { join } from 'node:path';
import type { Numbers } from '../decode/cell.js';
import { FORMAT_NAMES } from '../shard/formats.js';
import { checkRow } from '../verify/check-row.js';
import { loadDecompressors } from '../verify/decompressors.js';
import { fault } from '../verify/faults.js';
import { Findings } from '../verify/findings.js';
import { OpenFile } from '../verify/open-file.js';
import type { PublishedSplit } from '../verify/published.js';
import { shardRows } from '../verify/shard-rows.js';
import type { CatalogSource } from './source.js';

/** A row of a split as the pages show it. */
export interface CatalogRow {
  /** Place in the split, from 0. */
  index: number;
  /** An image's samples (uint8, rows top down, channels interleaved), or a tensor's elements; none of a feature that is not read. */
  values: Numbers | undefined;
  label: number | undefined;
}

/**
 * The rows of a split in its order, read from the first format that is there, each checked against the features. Only what one
 * window of a file holds is in memory.
 *
 * @throws {DatasetError} `RECORD_CORRUPT`, `EXAMPLE_INVALID`, `IMAGE_INVALID`, `LABEL_RANGE`, `COUNT_MISMATCH`, `DISK`, and the codes
 *   of the formats
 */
export async function* catalogRows(source: CatalogSource, split: PublishedSplit): AsyncGenerator<CatalogRow> {
  const { directory, features, shards } = source;
  const decompressors = await loadDecompressors();
  const findings = new Findings();
  const input = features.find(({ kind }) => kind === 'image' || kind === 'tensor')?.name ?? '';
  const label = features.find(({ kind }) => kind === 'label')?.name ?? '';
  let index = 0;
  for (const shard of shards.filter((one) => one.split === split)) {
    const format = FORMAT_NAMES.find((name) => shard.files.has(name));
    const name = format === undefined ? undefined : shard.files.get(format);
    if (format === undefined || name === undefined)
      throw fault('FILE_MISSING', `no shard ${shard.shard} of ${split.name} can be read`);
    const file = new OpenFile(join(directory, name));
    const end = index + shard.rows;
    try {
      for (const row of shardRows(format, file, features, decompressors)) {
        if (row instanceof Error) throw row;
        const { cells, samples } = checkRow(row, features, findings);
        const cell = cells.get(input);
        const numbers = cells.get(label);
        const values =
          samples.get(input) ?? (cell !== undefined && 'numbers' in cell ? cell.numbers : undefined);
        yield { index: index++, values, label: numberOf(numbers) };
      }
    } finally {
      file.close();
    }
    if (index !== end)
      throw fault('COUNT_MISMATCH', `${name} has another number of rows than the manifest says`, {
        expected: String(shard.rows),
        found: String(index - end + shard.rows),
      });
  }
}

function numberOf(cell: { bytes: Uint8Array } | { numbers: Numbers } | undefined): number | undefined {
  return cell !== undefined && 'numbers' in cell ? Number(cell.numbers[0]) : undefined;
}
