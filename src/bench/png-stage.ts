import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { featuresOf } from '../dataset/definition.js';
import { createPngEncoder } from '../encode/png/png.js';
import { DatasetError } from '../errors.js';
import { mainSplit, readIdx } from './bench-data.js';
import { run } from './child.js';
import { compiledReference } from './readers.js';
import type { Setting } from './setting.js';
import type { Part, Subject } from './subject.js';
import { NAMES } from './targets.js';

/** The PNG stage, and the reference in C on the same images where it can be had. */
export async function pngSubjects(setting: Setting): Promise<Omit<Part, 'rows'>> {
  const { data, conformance, scratch, signal } = setting;
  const split = mainSplit(data);
  const { head, elements } = await readIdx(data, split.images);
  const [height = 0, width = 0, channels = 0] = featuresOf(data.definition).input.shape;
  const encoder = createPngEncoder({ height, width, channels });
  const png = new Uint8Array(encoder.maxLength);
  const rowBytes = height * width * channels;
  const encodeAll = (onPng?: (bytes: Uint8Array) => void): void => {
    for (let at = 0; at < elements.length; at += rowBytes) {
      const length = encoder.encode(elements, at, png, 0);
      onPng?.(png.subarray(0, length));
    }
  };
  const ours: Subject = {
    name: NAMES.png,
    measure: () => {
      const start = performance.now();
      encodeAll();
      return { usPerImage: ((performance.now() - start) / split.rows) * 1000 };
    },
  };
  if (conformance === undefined)
    return { subjects: [ours], notes: ['The C reference was left out: CONFORMANCE_DIR is not set.'] };
  const source = join(conformance, 'reference', 'libpng_reference.c');
  const reference = await compiledReference(source, { signal });
  if ('missing' in reference)
    return { subjects: [ours], notes: [`The C reference was left out: ${reference.missing}.`] };
  const images = join(scratch, 'images.idx');
  await writeFile(images, Buffer.concat([head, elements]));
  const hash = createHash('sha256');
  encodeAll((bytes) => hash.update(bytes));
  const theirs = referenceSubject(reference.program, images, hash.digest('hex'), signal);
  return { subjects: [ours, theirs], notes: [] };
}

/** The reference times its own loop, reading the file and starting apart; its PNGs have to be ours. */
function referenceSubject(program: string, images: string, sha256: string, signal: AbortSignal): Subject {
  return {
    name: NAMES.pngReference,
    measure: async () => {
      const { stdout, stderr } = await run(program, [images], { signal });
      const [, usPerImage, found] = / us\/image ([\d.]+) {2}sha256 (\w{64})\n$/.exec(stdout) ?? [];
      if (found === sha256) return { usPerImage: Number(usPerImage) };
      throw new DatasetError('INTERNAL', `${program} gives other PNGs than ours`, {
        expected: `sha256 ${sha256}`,
        found: found === undefined ? stderr : `sha256 ${found}`,
      });
    },
  };
}
