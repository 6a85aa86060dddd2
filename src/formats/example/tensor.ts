import { isInteger } from '../../arrays/elements.js';
import { DTYPES, type ElementLayout, valuesOf } from '../../dataset/feature.js';
import { DatasetError } from '../../errors.js';
import { FloatEncoder } from './floats.js';
import { IntegerEncoder, LongEncoder } from './integers.js';
import type { ValueEncoder } from './write.js';

/**
 * Values of a row at most. Each may take ten bytes in an Example, which, as all messages of Protocol Buffers, must stay below
 * 2^31; and a reader needs several times as much.
 */
export const MAX_TENSOR_VALUES = 2 ** 26;

/**
 * Encodes tensors as TFDS does (`tensorflow_datasets/core/example_serializer.py`, `_item_to_tf_feature`):
 *
 * - integers as an `Int64List`. A bool is 0 or 1 in it. A uint64 is the int64 of the same bits, and TFDS takes it back so
 *   (`features/tensor_feature.py`, `_get_value_and_shape`).
 * - float16 and float32 as a `FloatList`: a float holds every half.
 * - float64 as a `BytesList` of one value, TFDS's `Encoding.BYTES`, which has the bytes of numpy's little-endian array. There is
 *   no list of doubles, and without that encoding TFDS cuts them to float32 without a word.
 *
 * @throws {DatasetError} `IDX_DIMENSIONS` where a row has more than {@link MAX_TENSOR_VALUES} values
 */
export function tensorEncoder({
  shape,
  ...layout
}: ElementLayout & { shape: readonly number[] }): ValueEncoder {
  const count = valuesOf(shape);
  if (!Number.isInteger(count) || count < 1 || count > MAX_TENSOR_VALUES) {
    throw new DatasetError('IDX_DIMENSIONS', 'rows of this shape cannot be prepared', {
      expected: `1 to ${MAX_TENSOR_VALUES} values a row`,
      found: shape.join(' x '),
      next: 'Cut the data into smaller rows.',
    });
  }
  const { dtype, littleEndian = false } = layout;
  if (!isInteger(dtype)) return new FloatEncoder(count, layout);
  return DTYPES[dtype].bytes === 8
    ? new LongEncoder(count, littleEndian)
    : new IntegerEncoder(count, dtype, littleEndian);
}
