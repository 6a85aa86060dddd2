import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExamples } from '../../src/index.js';
import { emptyFolder } from '../fixtures/folder.js';
import { readmeAnswer, readmeQuery } from '../readme.js';
import { given } from './given.js';
import { prepare } from './prepared.js';

describe('the query in the README', () => {
  it('is answered by DuckDB of MNIST as the TFRecord shards have it', async (context) => {
    const archives = given(context, 'archives/mnist');
    const directory = await prepare(await emptyFolder(), ['--archives', archives, '--num-shards', '1']);
    const examples: { label: bigint; image: Uint8Array }[] = [];
    for await (const { image, label } of readExamples(join(directory, 'mnist-train.tfrecord-00000-of-00001')))
      examples.push({ image, label: BigInt(label) });
    expect(examples).toHaveLength(60_000);
    expect(await readmeQuery(directory, 'mnist')).toEqual(readmeAnswer(examples));
  });
});
