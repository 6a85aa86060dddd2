import { loadDecompressors } from '../../dist/src/formats/parquet/decompressors.js';
import { CompressionCodec } from '../../dist/src/formats/parquet/enums.js';
import { parquetSettings } from '../../dist/src/formats/parquet/settings.js';
import { mutated, numbers, oneOf, type Pick } from '../fuzz/fuzz.js';
import { bytesOf, type Content, contentText, KINDS } from './content.js';
import type { Operation } from './operation.js';

const CODECS = ['snappy', 'zstd'] as const;

/** How a page may come to its reader: whole, cut short, changed in a few places, or said to be of another length. */
const DAMAGES = ['whole', 'cut', 'mutated', 'longer'] as const;

/** Pages of which a compressor that does not clear its table made other bytes, each behind other pages. */
const SEEN: readonly Content[] = [
  { kind: 'few', bytes: 9000, seed: 13 },
  { kind: 'walk', bytes: 4000, seed: 23 },
  { kind: 'walk', bytes: 4000, seed: 48 },
];

/** Large pages before small ones, noise before zeros, pages that are nearly the same, and the columns that shards have. */
function pages(pick: Pick): Content[] {
  const page = (kind: Content['kind'], bytes: number): Content => ({ kind, bytes, seed: pick(2 ** 31) });
  return [
    ...SEEN,
    page('noise', 200_000),
    page('zeros', 200_000),
    page('paths', 220_000),
    page('paths', 22 * 600),
    page('paths', 22 * 610),
    page('paths', 22 * 60),
    page('few', 70_000),
    page('few', 6000),
    page('few', 300),
    page('walk', 4000),
    page('walk', 1000),
    page('walk', 200),
    page('copies', 65_537),
    page('copies', 5000),
    page('sparse', 784 * 30),
    page('labels', 8 * 10_000),
    page('labels', 8 * 60),
    page('ramp', 65_536),
    page('noise', 100),
    page('zeros', 16),
    page('noise', 1),
    ...Array.from({ length: 8 }, () => page(oneOf(pick, KINDS), 1 + pick(8000))),
  ];
}

async function compress(codec: (typeof CODECS)[number], page: Content): Promise<Uint8Array> {
  const settings = await parquetSettings(
    { columns: { image: 'image' }, image: 'png', tensors: 'list', dtype: 'uint8', shape: [1, 1, 1] },
    codec,
  );
  // The result may lie in memory that the next call uses again.
  return Uint8Array.from(settings.compress!(bytesOf(page)));
}

/** Pages as Parquet's writer compresses them. */
export const COMPRESSING: readonly Operation[] = CODECS.map((codec) => ({
  name: `${codec}, compressing`,
  // All of Snappy's: such a compressor was seen to give other bytes for one page in fifty.
  tries: codec === 'snappy' ? 100 : 6,
  cases: (pick) => pages(pick).map((page) => ({ name: contentText(page), run: () => compress(codec, page) })),
}));

/** Pages as its reader gets them back, damaged ones among them. */
export const UNCOMPRESSING: readonly Operation[] = CODECS.map((codec) => ({
  name: `${codec}, uncompressing`,
  tries: 16,
  cases: (pick) =>
    pages(pick).map((page, at) => {
      const damage = at < 8 ? oneOf(pick, DAMAGES) : DAMAGES[at % DAMAGES.length]!;
      const seed = pick(2 ** 31);
      return {
        name: `${contentText(page)}, ${damage}`,
        material: async () => {
          const stored = await compress(codec, page);
          if (damage === 'cut') return stored.subarray(0, Math.floor(stored.length * 0.7));
          return damage === 'mutated' ? mutated(stored, numbers(seed)) : stored;
        },
        run: async ({ material }) => {
          const uncompress = (await loadDecompressors()).get(
            CompressionCodec[codec === 'snappy' ? 'SNAPPY' : 'ZSTD'],
          )!;
          return Uint8Array.from(uncompress(material, page.bytes + (damage === 'longer' ? 5000 : 0)));
        },
      };
    }),
}));
