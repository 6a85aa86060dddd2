/** The parts of pako's port of zlib that the encoder calls; pako ships no types for them. */
declare module 'pako/lib/zlib/deflate.js' {
  export interface PakoStream {
    input: Uint8Array | null;
    next_in: number;
    avail_in: number;
    output: Uint8Array | null;
    next_out: number;
    avail_out: number;
  }
  const deflate: {
    deflateInit2(
      stream: PakoStream,
      level: number,
      method: number,
      windowBits: number,
      memLevel: number,
      strategy: number,
    ): number;
    deflateReset(stream: PakoStream): number;
    deflate(stream: PakoStream, flush: number): number;
  };
  export default deflate;
}
declare module 'pako/lib/zlib/zstream.js' {
  import type { PakoStream } from 'pako/lib/zlib/deflate.js';

  const ZStream: new () => PakoStream;
  export default ZStream;
}
