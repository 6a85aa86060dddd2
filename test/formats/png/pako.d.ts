declare module 'pako' {
  export interface DeflateOptions {
    level: number;
    windowBits: number;
    memLevel: number;
    strategy: number;
    chunkSize: number;
  }
  export class Deflate {
    constructor(options: DeflateOptions);
    push(data: Uint8Array, last: boolean): boolean;
    readonly result: Uint8Array;
  }
}
