/** Module-level state of the project: where it is declared, and the operations of `operations.ts` that try it. */
export interface State {
  /** A file, or a folder whose files all count. */
  place: string;
  /** Names of variables; all of them where nothing is said. */
  names?: readonly string[];
  /** Names of operations, or how they begin. */
  tried: readonly string[];
  /** Where no operation tries it: why its bytes cannot depend on history. */
  because?: string;
}

const CONSTANT = 'filled when the module is loaded, and never written again';

/** All of it. What a package keeps is reached through the file that loads it. */
export const STATE: readonly State[] = [
  // WebAssembly: an instance has one memory and its globals, and serves image after image or page after page.
  { place: 'src/formats/png/assembly/encode/', tried: ['PNG, encoding', 'slices'] },
  { place: 'src/formats/png/assembly/decode/', tried: ['PNG, decoding'] },
  { place: 'src/formats/png/assembly/shared/', tried: ['PNG, encoding', 'PNG, decoding'] },
  { place: 'src/formats/snappy/', tried: ['snappy, compressing', 'snappy, uncompressing'] },
  { place: 'src/formats/png/encode.ts', names: ['compiled'], tried: ['PNG, encoding'] },
  { place: 'src/formats/png/decode.ts', names: ['compiled'], tried: ['PNG, decoding'] },
  { place: 'src/catalog/figure/picture.ts', names: ['encoders'], tried: ['PNG, encoding'] },
  {
    place: 'src/formats/parquet/settings.ts',
    tried: ['snappy, compressing', 'zstd, compressing', 'parquet, writing'],
  },
  {
    place: 'src/formats/parquet/decompressors.ts',
    names: ['loading'],
    tried: ['snappy, uncompressing', 'zstd, uncompressing', 'parquet, reading'],
  },
  // Memory that is used again.
  { place: 'src/prepare/encode-slice.ts', names: ['workspace'], tried: ['slices'] },
  { place: 'src/plan/order.ts', names: ['starts'], tried: ['order of rows', 'slices'] },
  { place: 'src/formats/parquet/write.ts', names: ['body'], tried: ['parquet, writing'] },
  { place: 'src/fs/file-sink.ts', names: ['buffer'], tried: ['tfrecord, writing', 'arrow, writing'] },
  { place: 'src/rows/spill/bucket.ts', names: ['heads'], tried: ['tfrecord, writing', 'parquet, writing'] },
  {
    place: 'src/rows/spill/spilled-split.ts',
    names: ['spare'],
    tried: ['tfrecord, writing', 'parquet, writing'],
  },
  {
    place: 'src/formats/array-record/riegeli-reader.ts',
    names: ['room', 'HASHER'],
    tried: ['array_record, reading', 'checksums'],
  },
  { place: 'src/formats/example/read.ts', names: ['UTF8'], tried: ['tfrecord, reading'] },
  // What is kept whole: an answer to the same question.
  {
    place: 'src/archive/checksum.ts',
    names: ['checksums'],
    tried: [],
    because:
      'a checksum by the file’s device, number, size and times; the bytes are compared with it, not made from it',
  },
  {
    place: 'src/archive/unpack.ts',
    names: ['digests'],
    tried: [],
    because:
      'a checksum of what a file holds, by the same; it decides which file is read, and is checked again as it is',
  },
  {
    place: 'src/archive/locate.ts',
    names: ['drawing'],
    tried: [],
    because: 'the drawn archives, made once and written as they are; their checksums are checked',
  },
  {
    place: 'src/archive/host-slots.ts',
    names: ['hosts'],
    tried: [],
    because:
      'which downloads are under way, and when each begins; every archive is checked against its checksum',
  },
  {
    place: 'src/archive/let-go.ts',
    names: ['closed'],
    tried: ['archives'],
  },
  {
    place: 'src/catalog/explorer/page/worker.ts',
    names: ['shards'],
    tried: [],
    because: 'in the browser: the data set that its page shows, which does not change; it writes nothing',
  },
  {
    place: 'src/catalog/explorer/page/samples.ts',
    names: ['last'],
    tried: ['PNG, decoding'],
    because: 'in the browser: the decoder, which that operation tries; it writes nothing',
  },
  // Tables and encoders of text, which keep nothing between calls.
  { place: 'src/formats/tfrecord/crc32c.ts', names: ['TABLES'], tried: ['checksums'] },
  { place: 'src/plan/md5.ts', names: ['SINES'], tried: ['order of rows'] },
  { place: 'src/formats/array-record/write.ts', names: ['WRITER_OPTIONS'], tried: ['array_record, writing'] },
  { place: 'src/formats/array-record/riegeli.ts', names: ['HASH_KEY'], tried: ['array_record, writing'] },
  { place: 'src/rows/images.ts', names: ['ENDING'], tried: ['parquet, writing', 'arrow, writing'] },
  { place: 'src/formats/parquet/thrift-writer.ts', names: ['TEXT'], tried: ['parquet, writing'] },
  { place: 'src/formats/parquet/write.ts', names: ['MAGIC_BYTES'], tried: ['parquet, writing'] },
  { place: 'src/formats/arrow/', tried: ['arrow, writing'] },
  { place: 'src/verify/rewrite.ts', names: ['NONE'], tried: [], because: 'it has no bytes' },
  { place: 'src/catalog/sections.ts', names: ['TFDS_CLASSES'], tried: [], because: CONSTANT },
  { place: 'src/archive/transfer-error.ts', names: ['PASSING'], tried: [], because: CONSTANT },
  {
    place: 'src/storage/s3-failure.ts',
    names: ['BROKEN', 'PASSING', 'LASTING'],
    tried: [],
    because: CONSTANT,
  },
  { place: 'src/storage/s3-remove.ts', names: ['ONE_BY_ONE'], tried: [], because: CONSTANT },
  { place: 'src/archive/http.ts', names: ['REDIRECTS'], tried: [], because: CONSTANT },
  { place: 'src/arrays/elements.ts', tried: ['slices'] },
  { place: 'src/arrays/idx-types.ts', names: ['IDX_TYPES'], tried: [], because: CONSTANT },
];

/**
 * What is declared at the top of a module and can keep something: every `let`, and every constant that an instance, an array or
 * an object without a type of its own is given to by `new`, by a call, or empty.
 */
export function stateIn(source: string): string[] {
  const variable = /^(?:export )?let (\w+)/gm;
  const instance =
    /^(?:export )?const (\w+)(?:: [^=]+)? = (?:new (?!RegExp|URL\b)|(?:make|create|load)\w*\(|\[\]|\{\};)/gm;
  return [...source.matchAll(variable), ...source.matchAll(instance)].flatMap(([, name]) => name ?? []);
}
