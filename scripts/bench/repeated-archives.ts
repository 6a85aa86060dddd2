import { createHash } from 'node:crypto';
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DatasetDefinition } from '../../src/dataset/definition.js';
import type { ArchiveDefinition } from '../../src/dataset/split-definition.js';
import { type BenchData, type IdxFile, mainSplit, readIdx } from './bench-data.js';

/**
 * A data set of any size: the rows of another one over and over, with its definition and archives in `folder`. It has one
 * split.
 *
 * @param rows how many rows it is to have
 * @returns the words with which the command prepares it
 */
export async function repeatRows(data: BenchData, rows: number, folder: string): Promise<string[]> {
  await mkdir(folder);
  const split = mainSplit(data);
  const write = async (archive: ArchiveDefinition): Promise<ArchiveDefinition> =>
    writeRepeated(await readIdx(data, archive), rows, folder, archive.file);
  const definition: DatasetDefinition = {
    ...data.definition,
    name: 'repeated',
    version: '1.0.0',
    description: `The rows of ${data.definition.name} over and over.`,
    splits: [
      {
        name: split.name,
        rows,
        images: await write(split.images),
        ...(split.labels === undefined ? {} : { labels: await write(split.labels) }),
      },
    ],
  };
  const file = join(folder, 'repeated.json');
  await writeFile(file, JSON.stringify(definition));
  return ['--definition', file, '--archives', folder];
}

/**
 * Writes an archive whose gzip members are the head, the given rows as often as they fit, and the rest of them: members
 * inflate to one file (RFC 1952, section 2.2), and the rows are compressed once.
 */
async function writeRepeated(
  { head, elements }: IdxFile,
  rows: number,
  folder: string,
  file: string,
): Promise<ArchiveDefinition> {
  const longer = Buffer.from(head);
  const ownRows = longer.readUInt32BE(4);
  longer.writeUInt32BE(rows, 4);
  const rest = (elements.length / ownRows) * (rows % ownRows);
  const whole = gzipSync(elements);
  const members = [
    gzipSync(longer),
    ...new Array<Buffer>(Math.floor(rows / ownRows)).fill(whole),
    ...(rest === 0 ? [] : [gzipSync(elements.subarray(0, rest))]),
  ];
  const path = join(folder, file);
  const hash = createHash('sha256');
  const handle = await open(path, 'wx');
  try {
    for (const member of members) {
      hash.update(member);
      await handle.writeFile(member);
    }
  } finally {
    await handle.close();
  }
  return { file, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}
