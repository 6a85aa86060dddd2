import { FileOffset } from '../../fs/file-offset.js';
import type { Sink } from '../../fs/sink.js';
import { ipcFooter } from './footer-writer.js';
import { type ArrowForm, aligned, type Block, MAGIC } from './framing.js';
import { END_OF_STREAM, recordBatchMessage, schemaMessage } from './message-writer.js';
import { type BodyBuffer, batchLayout } from './record-batch.js';
import type { ArrowSchema } from './schema.js';

const MAGIC_BYTES = new TextEncoder().encode(MAGIC);

/**
 * Writes record batches as an Arrow IPC file or stream (Arrow columnar format, "IPC Streaming Format" and "IPC File
 * Format"). A file is a stream behind a magic number, with a footer behind it: readers of streams take it from its 8th byte
 * on. The package apache-arrow writes the same but for a file's schema, which it has in the footer alone.
 */
export class IpcWriter {
  readonly #file: FileOffset;
  readonly #schema: ArrowSchema;
  readonly #form: ArrowForm;
  readonly #blocks: Block[] = [];

  /** Begins the file. */
  constructor(sink: Sink, schema: ArrowSchema, form: ArrowForm) {
    this.#file = new FileOffset(sink);
    this.#schema = schema;
    this.#form = form;
    if (form === 'file') {
      this.#file.write(MAGIC_BYTES);
      this.#pad(MAGIC_BYTES.length);
    }
    this.#file.write(schemaMessage(schema));
  }

  /** Writes a record batch: how many rows, and the buffers of the fields as {@link batchLayout} takes them. */
  writeBatch(rows: number, buffers: readonly BodyBuffer[]): void {
    const layout = batchLayout(this.#schema.fields, rows, buffers);
    const message = recordBatchMessage(layout);
    const { offset } = this.#file;
    this.#blocks.push({ offset, messageLength: message.length, bodyLength: layout.bodyLength });
    this.#file.write(message);
    for (const buffer of buffers) this.#writeBuffer(buffer);
  }

  /** Ends the file: nothing is written after. */
  close(): void {
    this.#file.write(END_OF_STREAM);
    if (this.#form === 'stream') return;
    this.#file.write(ipcFooter(this.#schema, this.#blocks));
    this.#file.write(MAGIC_BYTES);
  }

  #writeBuffer(buffer: BodyBuffer): void {
    const start = this.#file.offset;
    buffer.write(this.#file);
    const written = this.#file.offset - start;
    if (written !== buffer.length)
      throw new Error(`a buffer of ${buffer.length} bytes was written with ${written}`);
    this.#pad(written);
  }

  /** Aligns what comes behind so many bytes. */
  #pad(bytes: number): void {
    const padding = aligned(bytes) - bytes;
    if (padding > 0) this.#file.write(new Uint8Array(padding));
  }
}
