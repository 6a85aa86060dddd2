import type { Sink } from '../../fs/sink.js';
import { writeVarint } from '../protobuf/varint.js';
import { MAGIC, POSTSCRIPT_COPIES, VERSION } from './layout.js';
import { type ChunkRecords, RiegeliWriter } from './riegeli-writer.js';

/** Protocol Buffers' tags: field number << 3 | wire type, 0 a varint, 2 a length and bytes. */
const FIELD_1 = 0x08;
const FIELD_2 = 0x10;
const FIELD_3 = 0x18;
const MESSAGE_1 = 0x0a;
const STRING_4 = 0x22;

/** What `ArrayRecordWriter` notes of the options `group_size:1,uncompressed`; its data source checks the group size in it. */
const WRITER_OPTIONS = new TextEncoder().encode(
  'group_size:1,transpose:false,pad_to_block_boundary:false,uncompressed,max_parallelism:1',
);
/** {@link MAGIC} as a varint: seven bits a byte, the lower ones first. */
const MAGIC_VARINT = Uint8Array.from({ length: 9 }, (_, byte) => {
  const bits = Number((MAGIC >> BigInt(7 * byte)) & 127n);
  return byte < 8 ? bits | 128 : bits;
});
/** Most bytes of a footer or a postscript: three tags, and three varints of up to nine bytes. */
const INDEX_RECORD_BYTES = 3 + 3 * 9;

/**
 * Writes `examples`, each a serialized `tf.train.Example`, as one ArrayRecord file: the bytes of array_record's own
 * `ArrayRecordWriter` with the options `group_size:1,uncompressed`. An example need only be valid until the next one is
 * asked for; what is kept is the index, a dozen bytes an example.
 */
export function writeArrayRecord(examples: Iterable<Uint8Array>, sink: Sink): void {
  const file = new RiegeliWriter(sink);
  const footers = new SmallRecords();
  const footer = new Uint8Array(INDEX_RECORD_BYTES);
  const size = new Uint8Array(9);
  for (const example of examples) {
    footers.add(footer.subarray(0, writeFooter(file.position, example.length, footer)));
    const sizes = size.subarray(0, writeVarint(example.length, size, 0));
    file.writeRecords({ count: 1, sizes, values: example });
  }

  const footerOffset = file.position;
  file.writeRecords(behindMetadata(footers.records()));
  file.padToBlock();

  const postscripts = new SmallRecords();
  for (let copy = 0; copy < POSTSCRIPT_COPIES; copy++) postscripts.add(postscript(footerOffset));
  file.writeRecords(postscripts.records());
  file.padToBlock();
}

/** Writes the footer of a chunk of one record to the start of `out` and returns its length. */
function writeFooter(chunkOffset: number, recordBytes: number, out: Uint8Array): number {
  let at = writeField(FIELD_1, chunkOffset, out, 0);
  at = writeField(FIELD_2, recordBytes, out, at);
  return writeField(FIELD_3, 1, out, at);
}

/** The footer chunk's records: the metadata, then the footers. */
function behindMetadata(footers: ChunkRecords): ChunkRecords {
  const first = metadata(footers.count);
  return {
    count: 1 + footers.count,
    sizes: joined(Uint8Array.of(first.length), footers.sizes),
    values: joined(first, footers.values),
  };
}

/** The metadata of a file with as many chunks as records. */
function metadata(chunks: number): Uint8Array {
  const fields = new Uint8Array(2 * INDEX_RECORD_BYTES);
  let at = writeField(FIELD_1, VERSION, fields, 0);
  at = writeField(FIELD_2, chunks, fields, at);
  at = writeField(FIELD_3, chunks, fields, at);
  at = writeField(STRING_4, WRITER_OPTIONS.length, fields, at);
  const content = joined(fields.subarray(0, at), WRITER_OPTIONS);
  const prefix = new Uint8Array(INDEX_RECORD_BYTES);
  return joined(prefix.subarray(0, writeField(MESSAGE_1, content.length, prefix, 0)), content);
}

function postscript(footerOffset: number): Uint8Array {
  const fields = new Uint8Array(INDEX_RECORD_BYTES);
  const at = writeField(FIELD_1, footerOffset, fields, 0);
  fields[at] = FIELD_2;
  return joined(fields.subarray(0, at + 1), MAGIC_VARINT);
}

function writeField(tag: number, value: number, out: Uint8Array, offset: number): number {
  out[offset] = tag;
  return writeVarint(value, out, offset + 1);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Records of fewer than 128 bytes, so that a size is its own varint, gathered until their chunk is written. */
class SmallRecords {
  #count = 0;
  #length = 0;
  #sizes = new Uint8Array(1024);
  #values = new Uint8Array(16 * 1024);

  add(record: Uint8Array): void {
    if (this.#count === this.#sizes.length) this.#sizes = doubled(this.#sizes);
    if (this.#length + record.length > this.#values.length) this.#values = doubled(this.#values);
    this.#sizes[this.#count++] = record.length;
    this.#values.set(record, this.#length);
    this.#length += record.length;
  }

  records(): ChunkRecords {
    return {
      count: this.#count,
      sizes: this.#sizes.subarray(0, this.#count),
      values: this.#values.subarray(0, this.#length),
    };
  }
}

function doubled(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * bytes.length);
  larger.set(bytes);
  return larger;
}
