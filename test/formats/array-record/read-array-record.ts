import assert from 'node:assert/strict';
import { HighwayHash } from '../../../src/formats/array-record/highway-hash.js';
import { WireReader } from '../../../src/formats/protobuf/wire.js';

/**
 * A reader of ArrayRecord files that takes nothing on trust: it checks every hash, distance, size and byte of padding. It
 * takes the block headers out first, where the writer counts them in as it goes.
 */

const BLOCK = 65_536;
const BLOCK_HEADER = 24;
const USABLE = BLOCK - BLOCK_HEADER;
const HASHER = new HighwayHash(Buffer.from('Riegeli/records\nRiegeli/records\n'));
const MAGIC = 0x71930e704fdae05en;
const OPTIONS = 'group_size:1,transpose:false,pad_to_block_boundary:false,uncompressed,max_parallelism:1';

interface Chunk {
  type: string;
  records: Uint8Array[];
  /** Where it begins and ends in the file. */
  begin: number;
  end: number;
}

/** The records of a file: one a chunk, as its index says. */
export function readArrayRecord(file: Uint8Array): Uint8Array[] {
  assert.equal(file.length % BLOCK, 0);
  const chunks = readChunks(withoutBlockHeaders(file));
  checkBlockHeaders(file, chunks);
  // Between signature and footer there is data, behind the footer padding, postscript, padding.
  const last = chunks.at(-3)?.type === 'p' ? -4 : -3;
  const data = chunks.slice(1, last);
  const footer = chunks.at(last)!;
  assert.equal(chunks[0]!.type, 's');
  assert.ok([...data, footer].every(({ type }) => type === 'r'));
  checkFooter(footer, data);
  checkPostscript(chunks.slice(last + 1), footer, file.length);
  return data.map(({ records }) => records[0]!);
}

function checkFooter(footer: Chunk, data: Chunk[]): void {
  const [metadata, ...entries] = footer.records;
  const [content, ...more] = [...new WireReader(metadata!).fields()];
  assert.deepEqual([content!.number, more.length], [1, 0]);
  const count = BigInt(data.length);
  const options = new TextEncoder().encode(OPTIONS);
  assert.deepEqual(fieldsOf(content!.bytes()), [
    [1, 1n],
    [2, count],
    [3, count],
    [4, options],
  ]);
  const expected = data.map(({ begin, records }) => [
    [1, BigInt(begin)],
    [2, BigInt(records[0]!.length)],
    [3, 1n],
  ]);
  assert.deepEqual(entries.map(fieldsOf), expected);
}

/** The postscript stands at the start of the last block. */
function checkPostscript(behind: Chunk[], footer: Chunk, fileBytes: number): void {
  assert.equal(behind.map(({ type }) => type).join(''), footer.end % BLOCK === 0 ? 'rp' : 'prp');
  const postscript = behind.at(-2)!;
  assert.equal(postscript.begin, fileBytes - BLOCK);
  const copy = [
    [1, BigInt(footer.begin)],
    [2, MAGIC],
  ];
  assert.deepEqual(postscript.records.map(fieldsOf), [copy, copy, copy]);
}

function withoutBlockHeaders(file: Uint8Array): Buffer {
  const blocks = Array.from({ length: file.length / BLOCK }, (_, block) => block * BLOCK);
  return Buffer.concat(blocks.map((start) => file.subarray(start + BLOCK_HEADER, start + BLOCK)));
}

/** Where the byte at `at` of the file without block headers stands in the file; at a block's start, before its header. */
function inFile(at: number): number {
  const block = Math.floor(at / USABLE) * BLOCK;
  return at % USABLE === 0 ? block : block + BLOCK_HEADER + (at % USABLE);
}

function readChunks(stream: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < stream.length; ) {
    const header = stream.subarray(at, at + 40);
    const end = at + 40 + Number(header.readBigUInt64LE(8));
    const data = stream.subarray(at + 40, end);
    assert.equal(header.readBigUInt64LE(0), hashOf(header.subarray(8)));
    assert.equal(header.readBigUInt64LE(16), hashOf(data));
    const type = String.fromCharCode(header[24]!);
    if (type !== 'r') assert.ok(data.equals(Buffer.alloc(data.length)));
    const records = type === 'r' ? readRecords(data) : [];
    const values = records.reduce((sum, { length }) => sum + length, 0);
    assert.equal(header.readBigUInt64LE(24) >> 8n, BigInt(records.length));
    assert.equal(header.readBigUInt64LE(32), BigInt(values));
    chunks.push({ type, records, begin: inFile(at), end: inFile(end) });
    at = end;
  }
  return chunks;
}

/** A simple chunk without compression: a zero, the size of the sizes, the sizes, the values. */
function readRecords(data: Uint8Array): Uint8Array[] {
  assert.equal(data[0], 0);
  const sizesStart = data.findIndex((byte, index) => index > 0 && byte < 128) + 1;
  const [sizesBytes] = varintsOf(data.subarray(1, sizesStart));
  let at = sizesStart + Number(sizesBytes);
  const records = varintsOf(data.subarray(sizesStart, at)).map((size) => {
    at += Number(size);
    return data.subarray(at - Number(size), at);
  });
  assert.equal(at, data.length);
  return records;
}

/** Every block header tells the distances to the chunk around it, or to the one that begins there. */
function checkBlockHeaders(file: Uint8Array, chunks: Chunk[]): void {
  for (let block = 0; block < file.length; block += BLOCK) {
    const header = Buffer.from(file.subarray(block, block + BLOCK_HEADER));
    const { begin, end } = chunks.find((chunk) => chunk.begin <= block && block < chunk.end)!;
    assert.equal(header.readBigUInt64LE(0), hashOf(header.subarray(8)));
    assert.equal(header.readBigUInt64LE(8), BigInt(block - begin));
    assert.equal(header.readBigUInt64LE(16), BigInt(end - block));
  }
}

function hashOf(bytes: Uint8Array): bigint {
  const data = new DataView(new ArrayBuffer(8 + bytes.length));
  new Uint8Array(data.buffer).set(bytes, 8);
  HASHER.hash(data, 8, data.byteLength, 0);
  return data.getBigUint64(0, true);
}

function varintsOf(bytes: Uint8Array): bigint[] {
  const reader = new WireReader(bytes);
  const values: bigint[] = [];
  while (!reader.atEnd) values.push(reader.varint());
  return values;
}

/** The fields of a message in the order of the wire, a varint as its value, anything else as its bytes. */
function fieldsOf(message: Uint8Array): [number, bigint | Uint8Array][] {
  const fields = [...new WireReader(message).fields()];
  return fields.map((field) => [
    field.number,
    field.wireType === 0 ? field.varints()[0]! : Uint8Array.from(field.bytes()),
  ]);
}
