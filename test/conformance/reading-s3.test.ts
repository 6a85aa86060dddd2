import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { type Examples, type ImageAndLabel, load, verifyDataset } from '../../src/index.js';
import { emptyFolder, newFolder } from '../fixtures/folder.js';
import { putFolder } from '../fixtures/put-folder.js';
import { useS3Settings } from '../fixtures/s3-settings.js';
import { Versitygw } from '../fixtures/versitygw.js';
import { snippets } from '../reading.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { versitygwPath } from './readers.js';
import { runSnippet } from './run-snippet.js';

/** MNIST of the original archives, on a disk and in a bucket. */
interface Stored {
  server: Versitygw;
  local: string;
  dataDir: string;
}

const FORMATS = ['tfrecord', 'array_record', 'arrow', 'parquet'] as const;
let stored: Promise<Stored> | undefined;
let folder: string | undefined;
afterAll(async () => {
  await (await stored?.catch(() => undefined))?.server.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function storeMnist(program: string, archives: string): Promise<Stored> {
  folder = await newFolder();
  const out = join(folder, 'out');
  await prepare(out, ['--archives', archives, '--formats', FORMATS.join()], join(folder, 'cache'));
  const server = await Versitygw.start(program);
  useS3Settings(server.settings);
  const dataDir = `s3://${server.bucket}/data`;
  await putFolder(dataDir, out);
  return { server, local: out, dataDir };
}

async function mnist(context: TestContext): Promise<Stored> {
  const archives = given(context, 'archives/mnist');
  const program = await versitygwPath(context);
  stored ??= storeMnist(program, archives);
  const ready = await stored;
  useS3Settings({ ...ready.server.settings, AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' });
  return ready;
}

async function whole(split: Examples<ImageAndLabel>): Promise<{ labels: Int32Array; samples: Uint8Array }> {
  for await (const { label, image } of split.batch(split.count))
    return { labels: label, samples: image.data };
  throw new Error('there is no example');
}

describe('MNIST in a bucket of versitygw', () => {
  it('has the rows that it has on a disk, in each format', async (context) => {
    const { local, dataDir } = await mnist(context);
    const cacheDir = await emptyFolder();
    for (const split of ['train', 'test', 'test[-33%:]+train[12345:54321]'])
      for (const format of FORMATS) {
        const expected = await whole(await load('mnist', { dataDir: local, split, format }));
        const found = await whole(await load('mnist', { dataDir, split, format, cacheDir }));
        expect(Buffer.compare(found.samples, expected.samples), `${split} of ${format}`).toBe(0);
        expect(found.labels).toEqual(expected.labels);
      }
    const [key = ''] = await readdir(join(cacheDir, 'datasets'));
    for (const file of await readdir(join(cacheDir, 'datasets', key))) {
      const fetched = await readFile(join(cacheDir, 'datasets', key, file));
      expect(fetched.equals(await readFile(join(local, 'mnist/3.0.1', file))), file).toBe(true);
    }
  });

  it('is whole and right, every row against the archives', async (context) => {
    const { dataDir } = await mnist(context);
    const archives = given(context, 'archives/mnist');
    const options = { deep: true, archives, cacheDir: await emptyFolder() };
    expect(await verifyDataset(`${dataDir}/mnist/3.0.1`, options)).toMatchObject({
      total: 0,
      rows: 70_000,
      unchecked: [],
    });
  });
});

describe('the blocks of docs/reading-s3.md', async () => {
  const blocks = (await snippets('reading-s3.md')).filter(({ output }) => output !== undefined);

  for (const block of blocks)
    it(`print what the page shows: ${block.name}`, async (context) => {
      const { server } = await mnist(context);
      const own = await emptyFolder();
      await writeFile(join(own, 'package.json'), '{ "type": "module" }');
      const code = block.code
        .replaceAll('s3://my-bucket', `s3://${server.bucket}`)
        .replace("split: 'train[:10%]'", "split: 'train[:10%]', cacheDir: 'cache'");
      const { stdout, stderr } = await runSnippet(context, { ...block, code }, own);
      expect(stdout, stderr.slice(-3000)).toBe(block.output);
    });
});
