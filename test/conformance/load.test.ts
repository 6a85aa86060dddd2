import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Examples, type ImageAndLabel, load, open } from '../../src/index.js';
import { emptyFolder } from '../fixtures/folder.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { runPython } from './readers.js';

/** All of a split: labels, and samples one image after the other. */
async function whole(split: Examples<ImageAndLabel>): Promise<{ labels: Int32Array; samples: Uint8Array }> {
  for await (const { label, image } of split.batch(split.count))
    return { labels: label, samples: image.data };
  throw new Error('there is no example');
}

describe('MNIST as TFDS itself prepares it', () => {
  it('is read as what this project makes of the same archives, in each of its formats', async (context) => {
    const archives = given(context, 'archives/mnist');
    const oracle = given(context, 'oracle/prepare_with_tfds.py');
    const [ours, theirs] = [await emptyFolder(), await emptyFolder()];
    const { code, stderr } = await runPython(context, oracle, ['mnist', archives, theirs]);
    expect(code, stderr.slice(-4000)).toBe(0);
    const formats = ['tfrecord', 'arrow', 'parquet', 'array_record'] as const;
    await prepare(ours, ['--archives', archives, '--num-shards', '4', '--formats', formats.join()]);

    const { info } = await open('mnist', { dataDir: theirs });
    expect(info.directory).toBe(join(theirs, 'mnist/3.0.1'));
    expect(info.formats).toEqual(['tfrecord']);
    expect(info.urls).toEqual(['http://yann.lecun.com/exdb/mnist/']);
    for (const split of ['train', 'test', 'test[-33%:]+train[12345:54321]']) {
      const expected = await whole(await load('mnist', { dataDir: theirs, split }));
      for (const format of formats) {
        const found = await whole(await load('mnist', { dataDir: ours, split, format }));
        expect(Buffer.compare(found.samples, expected.samples), `${split} of ${format}`).toBe(0);
        expect(found.labels).toEqual(expected.labels);
      }
    }
  });
});
