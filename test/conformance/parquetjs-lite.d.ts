/** The part of parquetjs-lite that the tests use; the package brings no types. */
declare module 'parquetjs-lite' {
  export class ParquetEnvelopeReader {
    static openFile(path: string): Promise<ParquetEnvelopeReader>;
    readFooter(): Promise<{ version: number }>;
  }
  export class ParquetReader {
    static openFile(path: string): Promise<ParquetReader>;
    constructor(metadata: { version: number }, envelope: ParquetEnvelopeReader);
    /** Rows come as objects; no more than that is said of them. */
    getCursor(): { next(): Promise<unknown> };
    close(): Promise<void>;
  }
}

declare module 'parquetjs-lite/lib/codec/index.js' {
  /** Decoders by the names of Parquet's encodings. */
  const codecs: { PLAIN_DICTIONARY: unknown; RLE_DICTIONARY?: unknown };
  export default codecs;
}
