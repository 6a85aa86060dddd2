/** The part of parquetjs-lite that the tests use; the package brings no types. */
declare module 'parquetjs-lite' {
  export class ParquetReader {
    static openFile(path: string): Promise<ParquetReader>;
    /** Rows come as objects; no more than that is said of them. */
    getCursor(): { next(): Promise<unknown> };
    close(): Promise<void>;
  }
}
