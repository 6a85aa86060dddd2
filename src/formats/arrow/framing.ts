/**
 * What stands around the messages of Arrow's IPC files and streams (Arrow columnar format, "Encapsulated message format" and
 * "IPC File Format"), and the numbers of its metadata (`format/Schema.fbs`, `format/Message.fbs`).
 */

/** Arrow's two file forms: `file` has a footer and can be memory-mapped; `stream` is read from front to back. */
export type ArrowForm = 'file' | 'stream';

/** What a file begins and ends with; at its front it is padded to {@link ALIGNMENT}. */
export const MAGIC = 'ARROW1';

/** Everything in a file is aligned to as many bytes. */
export const ALIGNMENT = 8;

/** What stands before a message since Arrow 0.15, with its length behind; without a length and a message, at a stream's end. */
export const CONTINUATION = 0xffffffff;
/** Bytes of {@link CONTINUATION} and the length. */
export const PREFIX_BYTES = 8;

/** The offsets of binary values and texts have as many bytes. */
export const OFFSET_BYTES = 4;

/** `MetadataVersion`, of which all that is written here is V5. */
export const MetadataVersion = { V5: 4 } as const;

/** The members of the union `MessageHeader`. */
export const MessageHeader = { SCHEMA: 1, RECORD_BATCH: 3 } as const;

/** Where in a file a record batch is: the struct `Block`. */
export interface Block {
  offset: number;
  /** Bytes of the message with all that encapsulates it, and of the body behind it. */
  messageLength: number;
  bodyLength: number;
}

/** Bytes, rounded up to {@link ALIGNMENT}. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
