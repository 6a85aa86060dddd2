import type { ByteSource } from '../../fs/byte-source.js';
import { ALL_ROWS, type RowRange } from '../../rows/cell.js';
import { WireReader } from '../protobuf/wire.js';
import { MAGIC, POSTSCRIPT_COPIES, VERSION } from './layout.js';
import { BLOCK_BYTES, ChunkType } from './riegeli.js';
import { chunkRecords, type RiegeliChunk, riegeliChunkAt, riegeliChunks } from './riegeli-reader.js';

/** Fields of a message, varints by their numbers. */
type Varints = ReadonlyMap<number, bigint>;

/**
 * The records of a range: the file's index is read, and of the rest their own chunks alone.
 *
 * @throws RangeError saying what is wrong
 */
function* indexedRecords(file: ByteSource, { start, end }: RowRange): Generator<Uint8Array> {
  if (file.bytes === 0 || file.bytes % BLOCK_BYTES !== 0)
    throw new RangeError(`it has ${file.bytes} bytes, which are no whole blocks of ${BLOCK_BYTES}`);
  const [postscript] = chunkRecords(riegeliChunkAt(file, file.bytes - BLOCK_BYTES));
  const place = postscript === undefined ? undefined : varintsOf(postscript);
  const footer = place?.get(1);
  if (footer === undefined || place?.get(2) !== MAGIC) throw new RangeError('it has no postscript');
  const [, ...entries] = chunkRecords(riegeliChunkAt(file, Number(footer)));
  let first = 0;
  for (const entry of entries) {
    const fields = varintsOf(entry);
    const rows = Number(fields.get(3) ?? 0n);
    if (first >= end) return;
    if (first + rows > start) {
      const records = chunkRecords(riegeliChunkAt(file, Number(fields.get(1) ?? 0n)));
      if (records.length !== rows)
        throw new RangeError(`its footer tells of ${rows} records in a chunk of ${records.length}`);
      yield* records.slice(Math.max(0, start - first), end - first);
    }
    first += rows;
  }
}

/**
 * The records of an ArrayRecord file, in order: of a range those that its index tells of, and of the whole as
 * {@link allRecords} gives them.
 *
 * @throws RangeError saying what is wrong
 */
export function arrayRecords(file: ByteSource, range: RowRange = ALL_ROWS): Generator<Uint8Array> {
  return range === ALL_ROWS ? allRecords(file) : indexedRecords(file, range);
}

/**
 * The records of an ArrayRecord file that has a record in each chunk, one in
 * memory at a time; at its end the index is compared with the chunks.
 *
 * @throws RangeError saying what is wrong
 */
function* allRecords(file: ByteSource): Generator<Uint8Array> {
  const index: { offset: number; bytes: number }[] = [];
  /** The last two chunks with records: the footer, and what is before or behind it. */
  const pending: RiegeliChunk[] = [];
  const behind: RiegeliChunk[] = [];
  const recordOf = (chunk: RiegeliChunk): Uint8Array => {
    const [record, ...more] = chunkRecords(chunk);
    if (record === undefined || more.length > 0)
      throw new RangeError(`the chunk at ${chunk.begin} has not one record`);
    index.push({ offset: chunk.begin, bytes: record.length });
    return record;
  };
  for (const chunk of riegeliChunks(file)) {
    if (chunk.begin === 0) {
      if (chunk.type !== ChunkType.SIGNATURE || chunk.data.length > 0 || chunk.records > 0)
        throw new RangeError('it does not begin with the signature of a Riegeli file');
    } else if (behind.length > 0 || chunk.type !== ChunkType.SIMPLE) {
      behind.push(chunk);
    } else {
      pending.push(chunk);
      const oldest = pending.length > 2 ? pending.shift() : undefined;
      if (oldest !== undefined) yield recordOf(oldest);
    }
    if (behind.length > 3) throw new RangeError('it goes on behind its postscript');
  }
  // A footer that ends a block has no padding behind it, and the postscript comes at once.
  const last = pending.at(-1);
  if (last?.begin === file.bytes - BLOCK_BYTES) behind.unshift(...pending.splice(-1));
  const footer = pending.pop();
  for (const chunk of pending) yield recordOf(chunk);
  if (footer === undefined) throw new RangeError('it has no footer');
  expectFooter(footer, index);
  expectPostscript(behind, footer, file.bytes);
}

function expectFooter(footer: RiegeliChunk, index: readonly { offset: number; bytes: number }[]): void {
  const [metadata, ...entries] = chunkRecords(footer);
  const [content] = metadata === undefined ? [] : [...new WireReader(metadata).fields()];
  if (content?.number !== 1) throw new RangeError('its footer has no metadata');
  const about = varintsOf(content.bytes());
  const count = BigInt(index.length);
  if (
    about.get(1) !== BigInt(VERSION) ||
    about.get(2) !== count ||
    about.get(3) !== count ||
    entries.length !== index.length
  )
    throw new RangeError(`its footer tells of ${about.get(3)} records, where it has ${count}`);
  entries.forEach((entry, record) => {
    const found = varintsOf(entry);
    const { offset, bytes } = index[record] ?? { offset: -1, bytes: -1 };
    if (found.get(1) !== BigInt(offset) || found.get(2) !== BigInt(bytes) || found.get(3) !== 1n)
      throw new RangeError(`its footer has record ${record} in another place than it is`);
  });
}

/** The postscript stands at the start of the last block. */
function expectPostscript(behind: readonly RiegeliChunk[], footer: RiegeliChunk, fileBytes: number): void {
  const postscript = behind.at(-2);
  const { SIMPLE, PADDING } = ChunkType;
  const expected = (footer.end % BLOCK_BYTES === 0 ? '' : PADDING) + SIMPLE + PADDING;
  const types = behind.map(({ type }) => type).join('');
  if (postscript === undefined || types !== expected)
    throw new RangeError('behind its footer it has no postscript');
  if (postscript.begin !== fileBytes - BLOCK_BYTES)
    throw new RangeError('its postscript is not in the last block');
  const copies = chunkRecords(postscript);
  const isRight = (copy: Uint8Array): boolean => {
    const fields = varintsOf(copy);
    return fields.get(1) === BigInt(footer.begin) && fields.get(2) === MAGIC;
  };
  if (copies.length !== POSTSCRIPT_COPIES || !copies.every(isRight))
    throw new RangeError('its postscript does not lead to the footer');
}

function varintsOf(message: Uint8Array): Varints {
  const fields = new Map<number, bigint>();
  for (const field of new WireReader(message).fields())
    if (field.wireType === 0) fields.set(field.number, field.varints()[0] ?? 0n);
  return fields;
}
