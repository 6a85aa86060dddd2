import { pngOf } from '../../dist/src/catalog/figure/picture.js';
import { createPngDecoder, type PngDecoder, type PngForm } from '../../dist/src/formats/png/decode.js';
import { mutated, numbers, oneOf, type Pick } from '../fuzz/fuzz.js';
import { bytesOf, type Content, KINDS } from './content.js';
import type { Operation } from './operation.js';

/** An image, and what is in it. */
interface Image extends PngForm {
  content: Content['kind'];
  seed: number;
}

/** Images of one shape, one after the other, which one encoder has to do with, and of others between. */
function images(pick: Pick): Image[] {
  const image = (height: number, width: number, channels: number, content: Content['kind']): Image => {
    return { height, width, channels, depth: 8, content, seed: pick(2 ** 31) };
  };
  return [
    ...KINDS.map((kind) => image(28, 28, 1, kind)),
    ...(['noise', 'zeros', 'copies', 'few'] as const).map((kind) => image(90, 70, 3, kind)),
    image(300, 300, 1, 'noise'),
    image(300, 300, 1, 'zeros'),
    image(300, 300, 1, 'sparse'),
    // Other images of these sides, with other channels.
    image(28, 28, 3, 'sparse'),
    image(28, 28, 4, 'walk'),
    image(1, 1, 1, 'noise'),
    image(1, 300, 4, 'copies'),
    image(300, 1, 1, 'ramp'),
    ...Array.from({ length: 6 }, () => image(28, 28, 1, oneOf(pick, KINDS))),
  ];
}

function samplesOf({ height, width, channels, content, seed }: Image): Uint8Array {
  return bytesOf({ kind: content, bytes: height * width * channels, seed });
}

const nameOf = ({ height, width, channels, content, seed }: Image): string =>
  `${height}x${width}x${channels} of ${content} (${seed})`;

/** The encoder in WebAssembly, one of each shape that serves all images; some of them have too few samples. */
export const ENCODING_PNG: Operation = {
  name: 'PNG, encoding',
  tries: 12,
  cases: (pick) =>
    images(pick).flatMap((image, at) => {
      const samples = () => samplesOf(image);
      const whole = { name: nameOf(image), run: () => pngOf({ ...image, samples: samples() }) };
      if (at % 5 !== 0) return [whole];
      const short = {
        name: `${nameOf(image)}, short`,
        run: () => pngOf({ ...image, samples: samples().subarray(1) }),
      };
      return [whole, short];
    }),
};

const decoders = new Map<string, PngDecoder>();

/** One decoder of each form, as whoever reads rows has it. */
function decode(image: Image, png: Uint8Array): Uint8Array {
  const { height, width, channels, depth } = image;
  const form = [height, width, channels, depth].join();
  const decoder = decoders.get(form) ?? createPngDecoder(image);
  decoders.set(form, decoder);
  const samples = new Uint8Array(height * width * channels);
  decoder.decode(png, samples, 0);
  return samples;
}

const DAMAGES = ['whole', 'cut', 'mutated', 'longer'] as const;

function damaged(png: Uint8Array, damage: (typeof DAMAGES)[number], seed: number): Uint8Array {
  if (damage === 'cut') return png.subarray(0, Math.floor(png.length * 0.6));
  // Behind its end, or a chunk that nobody needs: the decoder has to make room.
  if (damage === 'longer') return Buffer.concat([png, Buffer.alloc(400_000, 1)]);
  return damage === 'mutated' ? mutated(png, numbers(seed)) : png;
}

/** The decoder, which takes damaged PNGs as well. */
export const DECODING_PNG: Operation = {
  name: 'PNG, decoding',
  tries: 12,
  cases: (pick) =>
    images(pick).map((image, at) => {
      const damage = DAMAGES[at % DAMAGES.length]!;
      return {
        name: `${nameOf(image)}, ${damage}`,
        material: () => damaged(pngOf({ ...image, samples: samplesOf(image) }), damage, image.seed),
        run: ({ material }) => decode(image, material),
      };
    }),
};
