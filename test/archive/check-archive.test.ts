import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cachedPath } from '../../src/archive/cache.js';
import { checkArchive } from '../../src/archive/check-archive.js';
import { type RangedSources, rangedArchives } from '../../src/archive/open-ranged.js';
import type { DatasetDefinition } from '../../src/dataset/definition.js';
import { definitionOf } from '../fixtures/archives.js';
import { emptyDir, filesIn, forgetProxies, RETRY, refuse, sha256 } from './loopback.js';
import { type Answer, all, part, right, serveRanges, TAG } from './range-server.js';

beforeEach(forgetProxies);

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
BYTES.set([0, 0, 8, 3]);
const OTHER = Buffer.from(BYTES);
OTHER[250_000]! ^= 1;
const ARCHIVE = { file: 'rows', bytes: BYTES.length, sha256: sha256(BYTES) };

const definition = (...origins: string[]): DatasetDefinition => ({
  ...definitionOf(new Map()),
  mirrors: origins.map((origin) => `${origin}/`),
});

/** Serves the archive, or what is given instead. */
const server = async (answer: Answer): Promise<string> => (await serveRanges(answer)).origin;

/** Checks the archive, and expects nothing to be kept of it. */
async function check(of: DatasetDefinition, sources: Partial<RangedSources> = {}): Promise<void> {
  const cacheDir = await emptyDir();
  await checkArchive(of, ARCHIVE, { cacheDir, retry: RETRY, ...sources }).finally(async () =>
    expect(await filesIn(cacheDir)).toEqual([]),
  );
}

const BROKEN = part(BYTES, { etag: TAG }, { cutAt: 100_000 });

describe('checkArchive', () => {
  it.each([
    ['that sends ranges', right(BYTES)],
    ['that does not', all(BYTES)],
    ['that tells nothing of it', right(BYTES, {})],
    [
      'that breaks off',
      (...[response, asked, context]: Parameters<Answer>) =>
        (context.number === 1 ? BROKEN : right(BYTES))(response, asked, context),
    ],
    [
      'that is busy first',
      (...[response, , context]: Parameters<Answer>) =>
        context.number === 0 ? refuse(503)(response) : all(BYTES)(response),
    ],
  ] satisfies [string, Answer][])('takes the archive from a server %s', async (_, answer) => {
    await check(definition(await server(answer)));
  });

  it.each([
    ['of other bytes', right(OTHER), 'ARCHIVE_CHECKSUM'],
    ['of other bytes, without ranges', all(OTHER), 'ARCHIVE_CHECKSUM'],
    ['of fewer bytes', right(BYTES.subarray(1)), 'ARCHIVE_SIZE'],
    ['of fewer bytes, without ranges', all(BYTES.subarray(1)), 'ARCHIVE_SIZE'],
    ['of more bytes, without ranges', all(Buffer.concat([BYTES, BYTES])), 'ARCHIVE_SIZE'],
    ['that is not there', refuse(404), 'DOWNLOAD_FAILED'],
    [
      'that changes meanwhile',
      (...[response, asked, { number }]: Parameters<Answer>) =>
        part(BYTES, { etag: `"${number}"` })(response, asked),
      'ARCHIVE_CHECKSUM',
    ],
  ] satisfies [string, Answer, string][])('refuses one %s', async (_, answer, code) => {
    await expect(check(definition(await server(answer)))).rejects.toMatchObject({
      name: 'DatasetError',
      code,
    });
  });

  it('asks the next mirror where one cannot be read, and none where one has other bytes', async () => {
    await check(definition(await server(refuse(404)), await server(right(BYTES))));
    await check(definition(await server(right(BYTES.subarray(1))), await server(right(BYTES))));
    const wrong = definition(
      await server(refuse(404)),
      await server(right(OTHER)),
      await server(right(BYTES)),
    );
    await expect(check(wrong)).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
  });

  it('is not content with what is in the cache, which other machines do not have', async () => {
    const cacheDir = await emptyDir();
    const cached = cachedPath(cacheDir, ARCHIVE);
    await mkdir(dirname(cached), { recursive: true });
    await writeFile(cached, BYTES);
    const of = definition(await server(right(OTHER)));
    await expect(checkArchive(of, ARCHIVE, { cacheDir })).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
  });

  it('reads what is given: a folder, a path, a URL', async () => {
    const archives = await emptyDir();
    const path = join(archives, 'rows');
    await writeFile(path, BYTES);
    const nowhere = definition(await server(refuse(404)));
    await check(nowhere, { archives });
    await check(nowhere, { archivePaths: new Map([[ARCHIVE.sha256, path]]) });
    await check(nowhere, { archives: await server(right(BYTES)) });
    await writeFile(path, OTHER);
    await expect(check(nowhere, { archives })).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
    await writeFile(path, BYTES.subarray(1));
    await expect(check(nowhere, { archives })).rejects.toMatchObject({ code: 'ARCHIVE_SIZE' });
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const origin = await server((response, asked, { number }) => {
      if (number === 0) part(BYTES)(response, asked);
      else controller.abort();
    });
    await expect(check(definition(origin), { signal: controller.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});

describe('an archive that is opened for ranges', () => {
  async function where(of: DatasetDefinition, sources: Partial<RangedSources> = {}) {
    const open = rangedArchives(of, { cacheDir: await emptyDir(), retry: RETRY, ...sources });
    return (await open(ARCHIVE))?.where;
  }

  it('lies where a run would look for it: where it was given, in the cache, at the first mirror that has it', async () => {
    const mirror = await server(right(BYTES));
    const of = definition(await server(refuse(404)), mirror);
    expect(await where(of)).toBe(`${mirror}/rows`);

    const cacheDir = await emptyDir();
    const cached = cachedPath(cacheDir, ARCHIVE);
    await mkdir(dirname(cached), { recursive: true });
    await writeFile(cached, BYTES);
    expect(await where(of, { cacheDir })).toBe(cached);
    await writeFile(cached, OTHER);
    expect(await where(of, { cacheDir })).toBe(`${mirror}/rows`);

    const archives = await emptyDir();
    const path = join(archives, 'rows');
    await writeFile(path, BYTES);
    expect(await where(of, { cacheDir, archives })).toBe(path);
    const given = join(await emptyDir(), 'given');
    await writeFile(given, BYTES);
    const archivePaths = new Map([[ARCHIVE.sha256, given]]);
    expect(await where(of, { cacheDir, archives, archivePaths })).toBe(given);
  });

  it('is looked for at the URL of a folder, in one of the data set before', async () => {
    const own: string[] = [];
    const origin = await server((response, asked, context) => {
      own.push(context.url);
      if (context.url === '/all/rows') right(BYTES)(response, asked, context);
      else refuse(404)(response);
    });
    expect(await where(definition(), { archives: `${origin}/all` })).toBe(`${origin}/all/rows`);
    expect(own).toEqual(['/all/own/rows', '/all/rows']);
  });

  it('is none where it does not begin as an array does', async () => {
    const packed = Buffer.from(BYTES);
    packed.set([0x1f, 0x8b]);
    expect(await where(definition(await server(right(packed))))).toBeUndefined();
  });

  it('cannot be had where no mirror has it', async () => {
    const [one, two] = [await server(refuse(404)), await server(right(BYTES.subarray(1)))];
    await expect(where(definition(one, two))).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    await expect(where(definition(two))).rejects.toMatchObject({ code: 'ARCHIVE_SIZE' });
    await expect(where(definition())).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });
});
