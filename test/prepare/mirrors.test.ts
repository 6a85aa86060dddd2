import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type DatasetDefinition,
  DatasetError,
  loadDefinition,
  type PrepareEvent,
  prepare,
} from '../../src/index.js';
import { closedPort, forgetProxies, refuse, send, serve } from '../archive/loopback.js';
import { definitionOf, FILES, smallArchives } from '../fixtures/archives.js';
import { ended, lines, prepareCli } from '../fixtures/cli.js';
import { digitsArchives, GOLDEN_TFRECORD } from '../fixtures/digits.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { ownDataset } from '../fixtures/own-dataset.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

beforeEach(forgetProxies);

/** A mirror of these archives; what is to go otherwise than well is answered by `faults`, by file. */
function mirror(archives: ReadonlyMap<string, Uint8Array>, faults: Record<string, Answer> = {}) {
  return serve((response, request) => {
    const file = (request.url ?? '').split('/').at(-1) ?? '';
    const bytes = archives.get(file);
    const answer = faults[file] ?? (bytes === undefined ? refuse(404) : send(bytes));
    return answer(response, request);
  });
}

/** Answers the first request so, and all further ones well. */
function once(fault: Answer, file: string): Answer {
  let asked = false;
  return (response, request) => {
    if (asked) send(small.get(file)!)(response);
    else fault(response, request);
    asked = true;
  };
}

/** Promises all of a body, sends half of it, and hangs up. */
function cut(bytes: Uint8Array): Answer {
  return (response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  };
}

const small = smallArchives();

async function outcome(definition: DatasetDefinition, mirrors: string[]) {
  const folder = await emptyFolder();
  const out = join(folder, 'out');
  const cacheDir = join(folder, 'cache');
  const events: PrepareEvent[] = [];
  const error: unknown = await prepare(
    { ...definition, mirrors },
    { out, cacheDir, formats: ['tfrecord'], workers: 1, onEvent: (event) => events.push(event) },
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  const told = events.length;
  return { folder, out, cacheDir, error, events, toldSince: () => events.length - told };
}

/** The error of a run that must fail, and must leave nothing where the data set was to go. */
async function failure(mirrors: string[]): Promise<DatasetError> {
  const { folder, error, toldSince } = await outcome(definitionOf(small), mirrors);
  const left = (await everythingIn(folder)) ?? [];
  expect(left.filter((path) => path.startsWith('out'))).toEqual([]);
  expect(left.filter((path) => path.endsWith('.part'))).toEqual([]);
  expect(toldSince()).toBe(0);
  if (error instanceof DatasetError) return error;
  throw new Error('the run should have failed by a DatasetError', { cause: error });
}

/** A run that must succeed. */
async function success(mirrors: string[]): Promise<void> {
  const { out, error } = await outcome(definitionOf(small), mirrors);
  expect(error).toBeUndefined();
  const undisturbed = await outcome(definitionOf(small), [`${(await mirror(small)).origin}/`]);
  expect(await digestsIn(join(out, 'own/1.0.0'))).toEqual(
    await digestsIn(join(undisturbed.out, 'own/1.0.0')),
  );
}

describe('a data set from a mirror', () => {
  it('has the same bytes, and is downloaded once', async () => {
    const { drawn: _, ...digits } = await loadDefinition('digits');
    const { origin, requests } = await mirror(digitsArchives);
    const first = await outcome(digits, [`${origin}/some/folder/`]);
    expect(first.error).toBeUndefined();
    expect(await digestsIn(join(first.out, 'digits/1.0.0'))).toEqual(GOLDEN_TFRECORD);
    expect([...requests].sort()).toEqual(
      [...digitsArchives.keys()].map((file) => `/some/folder/${file}`).sort(),
    );
    for (const { images, labels } of digits.splits) {
      for (const { file, bytes } of [images!, labels!]) {
        expect(first.events).toContainEqual({ event: 'download', file, received: bytes, bytes });
      }
    }

    const again = {
      out: join(first.folder, 'again'),
      cacheDir: first.cacheDir,
      formats: ['tfrecord'],
    } as const;
    await prepare({ ...digits, mirrors: [`${origin}/some/folder/`] }, again);
    expect(await digestsIn(join(again.out, 'digits/1.0.0'))).toEqual(GOLDEN_TFRECORD);
    expect(requests).toHaveLength(4);
  });

  it('comes in many archives at once, all of them at the second try, without a word of warning', async () => {
    const refused = new Set<string | undefined>();
    const { origin } = await serve((response, { url }) => {
      if (refused.has(url)) return send(small.get((url ?? '').replace(/^\/\d+-/, ''))!)(response);
      refused.add(url);
      return refuse(500)(response);
    });
    const [train] = definitionOf(small).splits;
    const splits = Array.from({ length: 12 }, (_, i) => ({
      ...train!,
      name: `part${i}`,
      images: { ...train!.images!, file: `${i}-${train!.images!.file}` },
      labels: { ...train!.labels!, file: `${i}-${train!.labels!.file}` },
    }));
    const own = await ownDataset(small, definitionOf(small, { mirrors: [`${origin}/`], splits }));
    const { code, stderr } = await ended(own.startDownloading('--quiet'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await everythingIn(own.target))?.filter((path) => path.includes('.tfrecord-'))).toHaveLength(12);
  });

  it('comes from the second mirror where the first has it not', async () => {
    const empty = await mirror(new Map());
    const { origin, requests } = await mirror(small);
    await success([`${empty.origin}/`, `${origin}/`]);
    expect(empty.requests).toHaveLength(4);
    expect(requests).toHaveLength(4);
  });

  it('comes from the second mirror where the first gives other bytes', async () => {
    const file = FILES.trainLabels;
    const { origin } = await mirror(small, { [file]: send(Buffer.alloc(small.get(file)!.length)) });
    await success([`${origin}/`, `${(await mirror(small)).origin}/`]);
  });

  it('comes at the second try after an error 500', async () => {
    const file = FILES.testImages;
    const { origin, requests } = await mirror(small, { [file]: once(refuse(500), file) });
    await success([`${origin}/`]);
    expect(requests.filter((url) => url === `/${file}`)).toHaveLength(2);
  });

  it('comes at the second try after a body that was cut', async () => {
    const file = FILES.trainImages;
    const { origin, requests } = await mirror(small, { [file]: once(cut(small.get(file)!), file) });
    await success([`${origin}/`]);
    expect(requests.filter((url) => url === `/${file}`)).toHaveLength(2);
  });
});

describe('a mirror that does not give the data set', () => {
  it('by status 404', async () => {
    const { origin, requests } = await mirror(small, { [FILES.trainLabels]: refuse(404) });
    const error = await failure([`${origin}/`]);
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.exitCode).toBe(3);
    expect(error.message).toBe(`cannot download ${origin}/${FILES.trainLabels}: HTTP 404`);
    expect(error.next).toMatch(/--archives.*--dataset digits/);
    expect(requests.filter((url) => url === `/${FILES.trainLabels}`)).toHaveLength(1);
  });

  it('by a body that is cut each time', async () => {
    const file = FILES.trainImages;
    const { origin, requests } = await mirror(small, { [file]: cut(small.get(file)!) });
    const error = await failure([`${origin}/`]);
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toBe(
      `cannot download ${origin}/${file}: the connection was closed before the whole response had come (tried 4 times)`,
    );
    expect(requests.filter((url) => url === `/${file}`)).toHaveLength(4);
  });

  it('by other bytes', async () => {
    const file = FILES.testLabels;
    const { origin } = await mirror(small, { [file]: send(Buffer.alloc(small.get(file)!.length)) });
    const error = await failure([`${origin}/`]);
    expect(error.code).toBe('ARCHIVE_CHECKSUM');
    expect(error.exitCode).toBe(4);
    expect(error.message).toContain(`${origin}/${file}: its sha256 is `);
    expect(error.expected).toBe(`sha256 ${definitionOf(small).splits[1]?.labels?.sha256}`);
  });

  it('by a web page in its place', async () => {
    const { origin } = await mirror(small, {
      [FILES.trainImages]: send('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
    });
    const error = await failure([`${origin}/`]);
    expect(error.code).toBe('ARCHIVE_SIZE');
    expect(error.exitCode).toBe(4);
    expect(error.message).toMatch(/\(it is an HTML page, not an archive\)$/);
  });

  it('by nobody listening, nor does the next one: the error names both', async () => {
    const closed = `http://127.0.0.1:${await closedPort()}/`;
    const { origin } = await mirror(new Map());
    const error = await failure([closed, `${origin}/`]);
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toMatch(/from any of 2 URLs: .*ECONNREFUSED.* \(tried 4 times\); .*HTTP 404$/);
    expect(error.message).toContain(`${closed}t`);
    expect(error.message).toContain(`${origin}/t`);
  });

  it('while others are still on their way: these end with the run', async () => {
    // This response goes on for ever: a run that waited for it would not end.
    const endless: Answer = (response) => {
      response.writeHead(200, { 'content-length': small.get(FILES.trainImages)!.length });
      response.write('x');
    };
    const { origin } = await mirror(small, {
      [FILES.trainImages]: endless,
      [FILES.trainLabels]: refuse(404),
    });
    expect((await failure([`${origin}/`])).message).toContain(FILES.trainLabels);
  });
});

describe('mnist without network', () => {
  it('ends with one message that names the URL, the reason and two ways on', async () => {
    const folder = await emptyFolder();
    const proxy = `http://127.0.0.1:${await closedPort()}`;
    const { code, stdout, stderr } = await prepareCli(
      ['--out', join(folder, 'out'), '--json', '--quiet'],
      join(folder, 'cache'),
      { env: { HTTPS_PROXY: proxy } },
    );
    expect(code).toBe(3);
    const error = lines(stdout);
    expect(error).toEqual([
      {
        event: 'error',
        dataset: 'mnist',
        code: 'DOWNLOAD_FAILED',
        message: expect.stringMatching(
          /^cannot download https:\/\/storage\.googleapis\.com\/cvdf-datasets\/mnist\/\S+\.gz: .*ECONNREFUSED.* \(tried 4 times\)$/,
        ),
        next: expect.stringMatching(/--archives DIR.*--dataset digits/),
      },
    ]);
    expect(stderr).toBe(`error: ${error[0]?.message} [DOWNLOAD_FAILED]\n  next:     ${error[0]?.next}\n`);
    expect(await everythingIn(join(folder, 'out'))).toBeUndefined();
    expect((await everythingIn(folder))?.filter((path) => !path.endsWith('/'))).toEqual([]);
  });
});

describe('the URL of a folder of archives', () => {
  it('is asked in the place of the mirrors, for one of the data set first', async () => {
    const right = smallArchives();
    const asked: string[] = [];
    const { origin } = await serve((response, { url = '' }) => {
      asked.push(url);
      const bytes = url.startsWith('/own/') ? undefined : right.get(url.slice(1));
      (bytes === undefined ? refuse(404) : send(bytes))(response);
    });
    const nowhere = { ...definitionOf(right), mirrors: [`http://127.0.0.1:${await closedPort()}/`] };
    const options = { formats: ['tfrecord'], workers: 1 } as const;
    const folder = await emptyFolder();
    const cacheDir = join(folder, 'cache');
    const one = await prepare(nowhere, {
      ...options,
      out: join(folder, 'one'),
      cacheDir,
      archives: `${origin}/`,
    });
    expect(asked.toSorted()).toEqual(
      Object.values(FILES)
        .flatMap((file) => [`/${file}`, `/own/${file}`])
        .sort(),
    );
    // The second time they are in the cache.
    asked.length = 0;
    const two = await prepare(nowhere, { ...options, out: join(folder, 'two'), cacheDir, archives: origin });
    expect(asked).toEqual([]);
    expect(await digestsIn(two.directory)).toEqual(await digestsIn(one.directory));
  });

  it('that has none of them is told of', async () => {
    const { origin } = await serve(refuse(404));
    const folder = await emptyFolder();
    const run = prepare(definitionOf(small), {
      out: join(folder, 'out'),
      cacheDir: join(folder, 'cache'),
      archives: `${origin}/there`,
    });
    await expect(run).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(`${origin}/there/own/`),
    });
  });

  it('is refused, and not told, where it has a password', async () => {
    const folder = await emptyFolder();
    for (const archives of ['https://me:secret@127.0.0.1:1/a', 'http://secret@127.0.0.1:1/']) {
      const [out, cacheDir] = [join(folder, 'out'), join(folder, 'cache')];
      const error: unknown = await prepare(definitionOf(small), { out, cacheDir, archives }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'USAGE', next: expect.any(String) });
      expect(JSON.stringify(error) + String(error)).not.toContain('secret');
    }
    const { drawn: _, ...digits } = await loadDefinition('digits');
    const at = { out: join(folder, 'at'), cacheDir: join(folder, 'cache'), workers: 1 };
    const { origin } = await mirror(digitsArchives);
    expect(await prepare(digits, { ...at, archives: `${origin}/a@b` })).toMatchObject({ state: 'prepared' });
  });
});
