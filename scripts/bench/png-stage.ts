import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { featuresOf } from '../../src/dataset/definition.js';
import { DatasetError } from '../../src/errors.js';
import { createPngEncoder, type ImageShape } from '../../src/formats/png/encode.js';
import { mainSplit, readIdx } from './bench-data.js';
import { run } from './child.js';
import { LARGE_SIDE, largeImages } from './large-images.js';
import { compiledReference } from './readers.js';
import type { Setting } from './setting.js';
import type { Part, Subject } from './subject.js';
import { NAMES } from './targets.js';

/** Images of one shape, and what their subjects are called. */
interface Images {
  names: { ours: string; theirs: string };
  shape: ImageShape;
  rows: number;
  /** The IDX file of the images, head and elements apart. */
  head: Uint8Array;
  elements: Uint8Array;
}

/** The PNG stage, on the data set's images and on large ones, and the reference in C where it can be had. */
export async function pngSubjects(setting: Setting): Promise<Omit<Part, 'rows'>> {
  const sets = await imageSets(setting);
  const reference = await referenceProgram(setting);
  if ('missing' in reference)
    return { subjects: sets.map(ourSubject), notes: [`The C reference was left out: ${reference.missing}.`] };
  const subjects: Subject[] = [];
  for (const [i, images] of sets.entries()) {
    const file = join(setting.scratch, `images-${i}.idx`);
    await writeFile(file, Buffer.concat([images.head, images.elements]));
    subjects.push(ourSubject(images), referenceSubject(reference.program, file, images, setting.signal));
  }
  return { subjects, notes: [] };
}

async function imageSets({ data }: Setting): Promise<Images[]> {
  const split = mainSplit(data);
  const { head, elements } = await readIdx(data, split.images);
  const [height = 0, width = 0, channels = 0] = featuresOf(data.definition).input.shape;
  const { rows, elements: large } = largeImages(elements, height);
  return [
    {
      names: { ours: NAMES.png, theirs: NAMES.pngReference },
      shape: { height, width, channels },
      rows: split.rows,
      head,
      elements,
    },
    {
      names: { ours: NAMES.largePng, theirs: NAMES.largePngReference },
      shape: { height: LARGE_SIDE, width: LARGE_SIDE, channels: 1 },
      rows,
      head: imagesHead(rows, LARGE_SIDE, LARGE_SIDE),
      elements: large,
    },
  ];
}

/** The head of an IDX file of gray images. */
function imagesHead(rows: number, height: number, width: number): Uint8Array {
  const head = Buffer.alloc(16);
  for (const [at, word] of [0x803, rows, height, width].entries()) head.writeUInt32BE(word, 4 * at);
  return head;
}

async function referenceProgram({
  conformance,
  signal,
}: Setting): Promise<{ program: string } | { missing: string }> {
  if (conformance === undefined) return { missing: 'CONFORMANCE_DIR is not set' };
  return compiledReference(join(conformance, 'reference', 'libpng_reference.c'), { signal });
}

function ourSubject(images: Images): Subject {
  const encodeAll = allEncoder(images);
  return {
    name: images.names.ours,
    measure: () => {
      const start = performance.now();
      encodeAll();
      return { usPerImage: ((performance.now() - start) / images.rows) * 1000 };
    },
  };
}

/** Encodes all images, one after the other. */
function allEncoder({ shape, elements }: Images): (onPng?: (bytes: Uint8Array) => void) => void {
  const encoder = createPngEncoder(shape);
  const png = new Uint8Array(encoder.maxLength);
  const rowBytes = shape.height * shape.width * shape.channels;
  return (onPng) => {
    for (let at = 0; at < elements.length; at += rowBytes) {
      const length = encoder.encode(elements, at, png, 0);
      onPng?.(png.subarray(0, length));
    }
  };
}

/** The reference times its own loop, reading the file and starting apart; its PNGs have to be ours. */
function referenceSubject(program: string, file: string, images: Images, signal: AbortSignal): Subject {
  const hash = createHash('sha256');
  allEncoder(images)((bytes) => hash.update(bytes));
  const sha256 = hash.digest('hex');
  return {
    name: images.names.theirs,
    measure: async () => {
      const { stdout, stderr } = await run(program, [file], { signal });
      const [, usPerImage, found] = / us\/image ([\d.]+) {2}sha256 (\w{64})\n$/.exec(stdout) ?? [];
      if (found === sha256) return { usPerImage: Number(usPerImage) };
      throw new DatasetError('INTERNAL', `${program} gives other PNGs than ours`, {
        expected: `sha256 ${sha256}`,
        found: found === undefined ? stderr : `sha256 ${found}`,
      });
    },
  };
}
