import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/folder.js';
import { zipOf } from '../fixtures/zip.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { run } from './process.js';

/** How people have the archives, each as a file made of its name without `.gz`, its content, and the archive. */
const FORMS: Record<string, (stem: string, content: Buffer, archive: Buffer) => [string, Uint8Array]> = {
  'unpacked, as torchvision leaves them': (stem, content) => [`raw/${stem}`, content],
  'unpacked, as 7-Zip names them': (stem, content) => [stem.replace('-idx', '.idx'), content],
  'as TFDS names them': (stem, _, archive) => [`cvdf-datasets_mnist_${stem}AbC123.gz`, archive],
  'packed again, as by Debian': (stem, content) => [`${stem}.gz`, gzipSync(content, { level: 1 })],
  'in zips': (stem, content) => [`${stem}.zip`, zipOf([{ name: stem, content, deflate: true }])],
};

describe.each(['mnist', 'fashion_mnist'])('%s from files that hold what its archives hold', (name) => {
  it.for(Object.entries(FORMS))('is byte for byte what TFDS writes: %s', async ([_, form], context) => {
    const sums = given(context, 'expected', name, '3.0.1/SHA256SUMS');
    const source = given(context, 'archives', name);
    const folder = await emptyFolder();
    for (const file of await readdir(source)) {
      const archive = await readFile(join(source, file));
      const [path, bytes] = form(file.replace(/\.gz$/, ''), gunzipSync(archive), archive);
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    const words = ['--dataset', name, '--archives', folder, '--formats', 'tfrecord'];
    const cwd = await prepare(await emptyFolder(), words);
    expect(await run('sha256sum', ['--quiet', '-c', sums], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
