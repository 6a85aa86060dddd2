import { createHash } from 'node:crypto';
import type { Pick } from '../fuzz/fuzz.js';

/** What a case may use beside its own input. */
export interface Given {
  /** The bytes of its material. */
  material: Uint8Array;
  /** Where these lie. */
  path: string;
  /** An empty folder. */
  folder: string;
}

/** What comes out of a case: bytes and texts. */
export type Outcome = Uint8Array | string | readonly Outcome[];

/** One input of an operation. */
export interface Case {
  name: string;
  /** What it reads, where it reads anything: made once, by a thread that has done nothing before. */
  material?: (folder: string) => Promise<Uint8Array> | Uint8Array;
  /** Does the work. What it throws counts as what comes out. */
  run: (given: Given) => Promise<Outcome> | Outcome;
}

/** Something that the tool does again and again in one thread, with memory that it keeps. */
export interface Operation {
  name: string;
  /** How many of its cases are tried where not all are. */
  tries: number;
  /** Inputs that are hard on each other: the same ones from the same seed. */
  cases: (pick: Pick) => readonly Case[];
}

/** SHA-256 of what came out, each part with its length. */
export function digestOf(outcome: Outcome): string {
  const hash = createHash('sha256');
  const add = (part: Outcome): void => {
    if (typeof part !== 'string' && !(part instanceof Uint8Array)) {
      hash.update(`[${part.length}]`);
      for (const inner of part) add(inner);
      return;
    }
    hash.update(`${typeof part} ${part.length} `).update(part);
  };
  add(outcome);
  return hash.digest('hex');
}

/** The bytes of a typed array. */
export function bytesIn(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
