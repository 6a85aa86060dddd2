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
  { place: 'src/encode/png/assembly/', tried: ['PNG, encoding', 'slices'] },
  { place: 'src/decode/png/assembly/', tried: ['PNG, decoding'] },
  { place: 'src/snappy/', tried: ['snappy, compressing', 'snappy, uncompressing'] },
  { place: 'src/encode/png/png.ts', names: ['compiled'], tried: ['PNG, encoding'] },
  { place: 'src/decode/png/decoder.ts', names: ['compiled'], tried: ['PNG, decoding'] },
  { place: 'src/figure/picture.ts', names: ['encoders'], tried: ['PNG, encoding'] },
  {
    place: 'src/shard/parquet-settings.ts',
    tried: ['snappy, compressing', 'zstd, compressing', 'parquet, writing'],
  },
  {
    place: 'src/published/decompressors.ts',
    names: ['loading'],
    tried: ['snappy, uncompressing', 'zstd, uncompressing', 'parquet, reading'],
  },
  // Memory that is used again.
  { place: 'src/encode/slice.ts', names: ['workspace'], tried: ['slices'] },
  { place: 'src/plan/order.ts', names: ['starts'], tried: ['order of rows', 'slices'] },
  { place: 'src/shard/parquet/writer.ts', names: ['body'], tried: ['parquet, writing'] },
  { place: 'src/shard/file-sink.ts', names: ['buffer'], tried: ['tfrecord, writing', 'arrow, writing'] },
  { place: 'src/spill/bucket.ts', names: ['heads'], tried: ['tfrecord, writing', 'parquet, writing'] },
  { place: 'src/spill/spilled-split.ts', names: ['spare'], tried: ['tfrecord, writing', 'parquet, writing'] },
  {
    place: 'src/decode/riegeli.ts',
    names: ['room', 'HASHER'],
    tried: ['array_record, reading', 'checksums'],
  },
  { place: 'src/decode/example.ts', names: ['UTF8'], tried: ['tfrecord, reading'] },
  // What is kept whole: an answer to the same question.
  {
    place: 'src/archive/checksum.ts',
    names: ['found'],
    tried: [],
    because:
      'a checksum by the file’s device, number, size and times; the bytes are compared with it, not made from it',
  },
  {
    place: 'src/archive/locate.ts',
    names: ['drawing'],
    tried: [],
    because: 'the drawn archives, made once and written as they are; their checksums are checked',
  },
  {
    place: 'src/archive/host-slots.ts',
    names: ['underWay', 'waiting'],
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
    place: 'src/explorer/page/worker.ts',
    names: ['shards'],
    tried: [],
    because: 'in the browser: the data set that its page shows, which does not change; it writes nothing',
  },
  // Tables and encoders of text, which keep nothing between calls.
  { place: 'src/encode/crc32c.ts', names: ['TABLES'], tried: ['checksums'] },
  { place: 'src/plan/md5.ts', names: ['SINES'], tried: ['order of rows'] },
  { place: 'src/shard/array-record.ts', names: ['WRITER_OPTIONS'], tried: ['array_record, writing'] },
  { place: 'src/shard/riegeli.ts', names: ['KEY'], tried: ['array_record, writing'] },
  { place: 'src/shard/images.ts', names: ['ENDING'], tried: ['parquet, writing', 'arrow, writing'] },
  { place: 'src/shard/parquet/thrift.ts', names: ['TEXT'], tried: ['parquet, writing'] },
  { place: 'src/shard/parquet/writer.ts', names: ['MAGIC'], tried: ['parquet, writing'] },
  { place: 'src/shard/arrow/', tried: ['arrow, writing'] },
  { place: 'src/verify/rewrite.ts', names: ['NONE'], tried: [], because: 'it has no bytes' },
  { place: 'src/catalog/sections.ts', names: ['TFDS_CLASSES'], tried: [], because: CONSTANT },
  { place: 'src/archive/transfer-error.ts', names: ['PASSING'], tried: [], because: CONSTANT },
  { place: 'src/archive/http.ts', names: ['REDIRECTS'], tried: [], because: CONSTANT },
  { place: 'src/encode/elements.ts', tried: ['slices'] },
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
