import { type ByteSource, viewOf } from '../../fs/byte-source.js';
import { unpackBits } from '../../rows/bits.js';
import { ALL_ROWS, type Cell, type ColumnRow, type Numbers, type RowRange } from '../../rows/cell.js';
import { floatsOfHalves } from '../float16.js';
import { ALIGNMENT, type Block, OFFSET_BYTES } from './framing.js';
import { readIpc } from './ipc-reader.js';
import { readBatchHead } from './message-reader.js';
import type { ArrowField, ArrowSchema, ArrowType } from './schema.js';

/** What stands in a row of a column, by its name. */
type CellAt = (row: number) => Cell;

/** Most bytes of a record batch that is read: far more than any of ours has. */
const MAX_BODY_BYTES = 2 ** 31;

/**
 * The rows of an Arrow file or stream, one record batch in memory at a time; of batches outside the range no more than the head is read.
 *
 * @throws RangeError saying what is wrong
 */
export function* arrowRows(file: ByteSource, { start, end }: RowRange = ALL_ROWS): Generator<ColumnRow> {
  const { schema, blocks } = readIpc(file);
  let first = 0;
  for (const block of blocks) {
    if (first >= end) return;
    const skipped = first < start ? readBatchHead(file, block).rows : 0;
    if (skipped > 0 && first + skipped <= start) {
      first += skipped;
      continue;
    }
    const { rows, columns } = readBatch(file, schema, block);
    const last = Math.min(rows, end - first);
    for (let row = Math.max(0, start - first); row < last; row++) {
      const cells = new Map<string, Cell>();
      for (const [name, cellAt] of columns) cells.set(name, cellAt(row));
      yield cells;
    }
    first += rows;
  }
}

function readBatch(
  file: ByteSource,
  schema: ArrowSchema,
  block: Block,
): { rows: number; columns: Map<string, CellAt> } {
  const { rows, nodes, buffers } = readBatchHead(file, block);
  if (block.bodyLength > MAX_BODY_BYTES) throw new RangeError('a record batch is larger than can be read');
  const body = file.read(block.offset + block.messageLength, block.bodyLength);
  const parts = new BatchParts(body, nodes, buffers);
  for (const field of schema.fields) addColumns(field, field.name, rows, parts);
  parts.end();
  return { rows, columns: parts.columns };
}

/** Hands out the values and buffers of the fields, depth first, and sees that every byte of the body belongs to one. */
class BatchParts {
  readonly #body: Uint8Array;
  readonly #nodes: Iterator<readonly number[]>;
  readonly #buffers: Iterator<readonly number[]>;
  #end = 0;
  /** The columns that the fields make. */
  readonly columns = new Map<string, CellAt>();

  constructor(
    body: Uint8Array,
    nodes: readonly (readonly number[])[],
    buffers: readonly (readonly number[])[],
  ) {
    this.#body = body;
    this.#nodes = nodes.values();
    this.#buffers = buffers.values();
  }

  /** The next field must have so many values, and no null among them. */
  expectValues(values: number): void {
    const [length, nulls] = this.#nodes.next().value ?? [];
    if (length !== values || nulls !== 0)
      throw new RangeError(`a field has ${length} values and ${nulls} nulls, where ${values} values are due`);
    const validity = this.#next();
    if (validity.length > 0) throw new RangeError('a field without nulls tells which values are null');
  }

  /** The next buffer: `bytes` of it where that is known, and zeros that pad it. */
  buffer(bytes?: number): Uint8Array {
    const buffer = this.#next();
    if (bytes === undefined) return buffer;
    if (buffer.length < bytes || buffer.length - bytes >= ALIGNMENT)
      throw new RangeError(`a buffer has ${buffer.length} bytes, where ${bytes} are due`);
    expectZeros(buffer.subarray(bytes));
    return buffer.subarray(0, bytes);
  }

  end(): void {
    if (this.#nodes.next().done !== true || this.#buffers.next().done !== true)
      throw new RangeError('a record batch has more values than its schema has fields');
    if (this.#end !== this.#body.length) throw new RangeError('a body goes on behind its last buffer');
  }

  #next(): Uint8Array {
    const [offset = -1, length = -1] = this.#buffers.next().value ?? [];
    if (offset !== this.#end || length < 0 || offset + length > this.#body.length)
      throw new RangeError(
        `a buffer has ${length} bytes at ${offset}, where the one before ends at ${this.#end}`,
      );
    this.#end = offset + length;
    return this.#body.subarray(offset, this.#end);
  }
}

function addColumns({ name, type }: ArrowField, path: string, values: number, parts: BatchParts): void {
  const { columns } = parts;
  if (columns.has(path)) throw new RangeError(`two columns have the name ${path}`);
  parts.expectValues(values);
  if (type.kind === 'struct') {
    for (const field of type.fields) addColumns(field, `${path}.${field.name}`, values, parts);
  } else if (type.kind === 'binary' || type.kind === 'utf8') {
    columns.set(path, binaryCells(values, parts));
  } else if (type.kind === 'fixedSizeList') {
    columns.set(path, listCells(type, values, parts));
  } else {
    const numbers = readNumbers(type, values, parts, name);
    columns.set(path, (row) => ({ numbers: sliced(numbers, row, row + 1) }));
  }
}

/** Lists of numbers, or lists of such lists: flat. */
function listCells(type: ArrowType, values: number, parts: BatchParts): CellAt {
  let size = 1;
  let inner = type;
  while (inner.kind === 'fixedSizeList') {
    size *= inner.size;
    if (!(size >= 0 && size * values <= MAX_BODY_BYTES))
      throw new RangeError(`lists cannot have ${size} items`);
    parts.expectValues(size * values);
    inner = inner.item.type;
  }
  const numbers = readNumbers(inner, size * values, parts, 'a list');
  return (row) => ({ numbers: sliced(numbers, row * size, (row + 1) * size) });
}

function binaryCells(values: number, parts: BatchParts): CellAt {
  const offsets = viewOf(parts.buffer((values + 1) * OFFSET_BYTES));
  let last = offsets.getInt32(0, true);
  if (last !== 0) throw new RangeError(`the first value of a column begins at ${last}`);
  for (let row = 1; row <= values; row++) {
    const next = offsets.getInt32(row * 4, true);
    if (next < last) throw new RangeError(`value ${row - 1} of a column ends before it begins`);
    last = next;
  }
  const bytes = parts.buffer(last);
  return (row) => ({
    bytes: bytes.subarray(offsets.getInt32(row * 4, true), offsets.getInt32(row * 4 + 4, true)),
  });
}

function readNumbers(type: ArrowType, count: number, parts: BatchParts, name: string): Numbers {
  if (type.kind === 'bool') return unpackBits(parts.buffer(Math.ceil(count / 8)), count);
  if (type.kind !== 'int' && type.kind !== 'float')
    throw new RangeError(`${name} has values of the type ${type.kind}, which is not read there`);
  const bytes = parts.buffer((count * type.bits) / 8);
  if (type.kind === 'float' && type.bits === 16) return floatsOfHalves(bytes);
  // A copy is aligned as the numbers ask for.
  const { buffer } = Uint8Array.from(bytes);
  if (type.kind === 'float') return type.bits === 32 ? new Float32Array(buffer) : new Float64Array(buffer);
  if (type.bits === 64) return type.signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
  if (type.bits === 32) return type.signed ? new Int32Array(buffer) : new Uint32Array(buffer);
  if (type.bits === 16) return type.signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  return type.signed ? new Int8Array(buffer) : new Uint8Array(buffer);
}

function sliced(numbers: Numbers, start: number, end: number): Numbers {
  return Array.isArray(numbers) || !('subarray' in numbers)
    ? numbers.slice(start, end)
    : numbers.subarray(start, end);
}

function expectZeros(padding: Uint8Array): void {
  if (padding.some((byte) => byte !== 0)) throw new RangeError('what pads a buffer is not zeros');
}
