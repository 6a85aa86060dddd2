import type { InputFeature } from '../../dataset/feature.js';
import { createPngEncoder, maxPngLength, type PngEncoder } from '../png/encode.js';
import { tensorEncoder } from './tensor.js';
import { FeatureList, type ValueEncoder } from './write.js';

/**
 * An encoder for a feature; it has memory of its own, which serves row after row.
 *
 * @param littleEndian how the rows' elements stand (default: no)
 * @throws {DatasetError} `IDX_DIMENSIONS` for rows that are too large
 */
export function valueEncoder(feature: InputFeature, littleEndian = false): ValueEncoder {
  if (feature.kind === 'image') return new ImageEncoder(feature.shape);
  return tensorEncoder({ ...feature, littleEndian });
}

/**
 * Most bytes of a row's value, as the feature's encoder would tell.
 *
 * @throws {DatasetError} `IDX_DIMENSIONS` for rows that are too large
 */
export function maxValueLength(feature: InputFeature): number {
  if (feature.kind === 'tensor') return tensorEncoder(feature).maxLength;
  const [height, width, channels] = feature.shape;
  return maxPngLength({ height, width, channels });
}

class ImageEncoder implements ValueEncoder {
  readonly list = FeatureList.BYTES;
  readonly maxLength: number;
  length = 0;
  readonly #encoder: PngEncoder;
  readonly #png: Uint8Array;

  constructor([height, width, channels]: readonly [number, number, number]) {
    this.#encoder = createPngEncoder({ height, width, channels });
    this.maxLength = this.#encoder.maxLength;
    this.#png = new Uint8Array(this.maxLength);
  }

  measure(elements: Uint8Array, start: number): void {
    this.length = this.#encoder.encode(elements, start, this.#png, 0);
  }

  write(out: Uint8Array, at: number): void {
    out.set(this.#png.subarray(0, this.length), at);
  }
}
