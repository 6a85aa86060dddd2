import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedPath } from '../../src/archive/cache.js';
import { DEFAULT_TIMEOUTS } from '../../src/archive/dispatcher.js';
import { download, type RemoteArchive } from '../../src/archive/download.js';
import { DOWNLOADS_PER_HOST } from '../../src/archive/host-slots.js';
import { requestTarget } from '../../src/archive/http.js';
import { strongValidator } from '../../src/archive/resumption.js';
import {
  BYTES,
  downloadFailure,
  emptyDir,
  filesIn,
  forgetProxies,
  RETRY,
  refuse,
  remote,
  send,
  serve,
  sha256,
} from './loopback.js';

vi.setConfig({ testTimeout: 60_000 });
beforeEach(forgetProxies);
afterEach(() => void cuts.splice(0));
afterEach(() => void vi.unstubAllEnvs());

const HALF = 100_000;
const TAG = '"one"';
const ONCE = { ...RETRY, attempts: 1 };

type Handler = (response: ServerResponse, request: IncomingMessage) => unknown;

/** Responses that hang up when so many bytes have come: what a client has not taken yet when they do, is lost. */
const cuts: { at: number; response: ServerResponse }[] = [];

/** To be told of every download's progress. */
function cut(received: number): void {
  for (const { at, response } of cuts) if (at <= received) response.destroy();
}

/** Sends half of the archive and hangs up. */
function half(headers: Record<string, string> = { etag: TAG }): Handler {
  return (response) => {
    response.writeHead(200, { 'content-length': BYTES.length, ...headers });
    cuts.push({ at: HALF, response });
    response.write(BYTES.subarray(0, HALF));
  };
}

/** Sends the rest as it is asked for, or what is given instead. */
function rest(headers: Record<string, string> = {}, body: Uint8Array = BYTES.subarray(HALF)): Handler {
  return (response) => {
    const range = `bytes ${HALF}-${BYTES.length - 1}/${BYTES.length}`;
    response.writeHead(206, { 'content-length': body.length, 'content-range': range, etag: TAG, ...headers });
    response.end(body);
  };
}

/** A server that notes which part was asked for, and on which condition. */
async function serveNoting(...handlers: Handler[]) {
  const asked: [range: string | undefined, condition: string | string[] | undefined][] = [];
  const server = await serve(
    ...handlers.map(
      (handler): Handler =>
        (response, request) => {
          asked.push([request.headers.range, request.headers['if-range']]);
          return handler(response, request);
        },
    ),
  );
  return { ...server, asked, archive: remote(`${server.origin}/images.gz`) };
}

/** Downloads, and expects the archive and nothing beside it. */
async function expectDownload(archive: RemoteArchive, cacheDir: string, retry = RETRY): Promise<void> {
  const path = await download(archive, { cacheDir, retry, onProgress: cut });
  expect(sha256(await readFile(path))).toBe(sha256(BYTES));
  expect(await filesIn(cacheDir)).toEqual(['images.gz']);
}

const RESUMED: [string, string] = [`bytes=${HALF}-`, TAG];
const WHOLE: [undefined, undefined] = [undefined, undefined];

describe('a download that broke off', () => {
  it('goes on where it was, on the condition that nothing has changed', async () => {
    const { archive, asked } = await serveNoting(half(), rest());
    await expectDownload(archive, await emptyDir());
    expect(asked).toEqual([WHOLE, RESUMED]);
  });

  it('goes on in a later run, which tells of what was there', async () => {
    const { archive, asked } = await serveNoting(half(), rest());
    const cacheDir = await emptyDir();
    await expect(download(archive, { cacheDir, retry: ONCE, onProgress: cut })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    expect((await filesIn(cacheDir)).sort()).toEqual(['images.gz.part', 'images.gz.part.json']);
    const progress: number[] = [];
    await download(archive, { cacheDir, retry: ONCE, onProgress: (received) => progress.push(received) });
    expect(Math.min(...progress)).toBeGreaterThan(HALF);
    await expectDownload(archive, cacheDir);
    expect(asked).toEqual([WHOLE, RESUMED]);
  });

  it('goes on where the signal ended it', async () => {
    const controller = new AbortController();
    const { archive, asked } = await serveNoting((response) => {
      response.writeHead(200, { 'content-length': BYTES.length, etag: TAG }).write(BYTES.subarray(0, HALF));
    }, rest());
    const cacheDir = await emptyDir();
    const onProgress = (received: number): void => {
      if (received === HALF) controller.abort();
    };
    const ended = download(archive, { cacheDir, signal: controller.signal, onProgress });
    await expect(ended).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expectDownload(archive, cacheDir, ONCE);
    expect(asked).toEqual([WHOLE, RESUMED]);
  });

  it('goes on by a date where that is strong and there is no tag', async () => {
    const dates = {
      'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT',
      date: 'Wed, 01 Jan 2020 00:01:00 GMT',
    };
    const { archive, asked } = await serveNoting(half(dates), rest());
    await expectDownload(archive, await emptyDir());
    expect(asked).toEqual([WHOLE, [`bytes=${HALF}-`, dates['last-modified']]]);
  });

  it.each([
    ['no validator', {}],
    ['a weak tag', { etag: 'W/"one"' }],
    ['a weak tag beside a date', { etag: 'W/"one"', 'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT' }],
    ['a tag without quotes', { etag: 'one' }],
  ])('begins anew after %s, and nothing of it is kept', async (_what, headers) => {
    const { archive, asked } = await serveNoting(half(headers), half(headers), send(BYTES));
    const cacheDir = await emptyDir();
    await expect(download(archive, { cacheDir, retry: ONCE, onProgress: cut })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    expect(await filesIn(cacheDir)).toEqual([]);
    await expectDownload(archive, cacheDir);
    expect(asked).toEqual([WHOLE, WHOLE, WHOLE]);
  });

  it('breaks off again and again, and gets there', async () => {
    const quarter = HALF / 2;
    const part =
      (from: number): Handler =>
      (response) => {
        const range = `bytes ${from}-${BYTES.length - 1}/${BYTES.length}`;
        const headers = { 'content-length': BYTES.length - from, 'content-range': range, etag: TAG };
        response.writeHead(206, headers);
        cuts.push({ at: from + quarter, response });
        response.write(BYTES.subarray(from, from + quarter));
      };
    const { archive, asked } = await serveNoting(
      half(),
      part(HALF),
      rest({ 'content-range': `bytes ${HALF + quarter}-199999/*` }, BYTES.subarray(HALF + quarter)),
    );
    await expectDownload(archive, await emptyDir());
    expect(asked.map(([range]) => range)).toEqual([undefined, 'bytes=100000-', 'bytes=150000-']);
  });
});

describe('a server that gives no rest', () => {
  it('but all of it, with 200: it is taken', async () => {
    const { archive, asked } = await serveNoting(half(), send(BYTES, { etag: '"two"' }));
    await expectDownload(archive, await emptyDir());
    expect(asked).toEqual([WHOLE, RESUMED]);
  });

  it.each([
    ['a part from elsewhere', { 'content-range': `bytes 0-${BYTES.length - 1}/${BYTES.length}` }],
    ['a part that ends too early', { 'content-range': `bytes ${HALF}-${HALF + 10}/${BYTES.length}` }],
    ['a part of something longer', { 'content-range': `bytes ${HALF}-${BYTES.length - 1}/300000` }],
    ['a part in other units', { 'content-range': 'lines 1-2/3' }],
    ['several parts', { 'content-range': '', 'content-type': 'multipart/byteranges; boundary=x' }],
    ['a part of what has another tag', { etag: '"two"' }],
  ])('but %s: it is asked for all', async (_what, headers) => {
    const { archive, asked } = await serveNoting(half(), rest(headers), send(BYTES));
    await expectDownload(archive, await emptyDir());
    expect(asked).toEqual([WHOLE, RESUMED, WHOLE]);
  });

  it('but 416: it is asked for all', async () => {
    const { archive, asked } = await serveNoting(half(), refuse(416), send(BYTES));
    await expectDownload(archive, await emptyDir());
    expect(asked).toEqual([WHOLE, RESUMED, WHOLE]);
  });

  it('but 416 to everything: an error, and nothing stays', async () => {
    const { archive, requests } = await serveNoting(refuse(416));
    expect(await downloadFailure(archive, { onProgress: cut })).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(requests).toHaveLength(3);
  });

  it('but 503: what is there is kept for the next run', async () => {
    const { archive, asked } = await serveNoting(half(), refuse(503), rest());
    const cacheDir = await emptyDir();
    await expect(
      download(archive, { cacheDir, retry: { ...RETRY, attempts: 2 }, onProgress: cut }),
    ).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    await expectDownload(archive, cacheDir);
    expect(asked).toEqual([WHOLE, RESUMED, RESUMED]);
  });

  it('but the rest of other bytes under the same tag: it is asked for all, once', async () => {
    const other = Buffer.from(BYTES.subarray(HALF)).reverse();
    const { archive, asked } = await serveNoting(half(), rest({}, other), send(BYTES));
    await expectDownload(archive, await emptyDir());
    expect(asked).toEqual([WHOLE, RESUMED, WHOLE]);
  });

  it('but more than the rest: it is stopped, and nothing stays', async () => {
    const { archive } = await serveNoting(half(), (response) => {
      response.writeHead(206, { 'content-range': `bytes ${HALF}-199999/200000`, etag: TAG });
      response.end(BYTES);
    });
    const error = await downloadFailure(archive, { onProgress: cut });
    expect(error).toMatchObject({ code: 'ARCHIVE_SIZE', found: 'more than 200000 bytes' });
  });
});

describe('a partial file of before', () => {
  const note = (archive: RemoteArchive, more: object = {}) =>
    JSON.stringify({
      url: archive.urls[0],
      validator: { etag: TAG },
      sha256: archive.sha256,
      bytes: archive.bytes,
      ...more,
    });

  it.each([
    ['without a note', undefined, BYTES.subarray(0, HALF)],
    ['with a note that is cut', '{"url":', BYTES.subarray(0, HALF)],
    ['from another URL', { url: 'http://127.0.0.1/other' }, BYTES.subarray(0, HALF)],
    ['of another archive', { sha256: '0'.repeat(64) }, BYTES.subarray(0, HALF)],
    ['with a validator of another kind', { validator: { weak: TAG } }, BYTES.subarray(0, HALF)],
    ['that is empty', {}, BYTES.subarray(0, 0)],
    ['that is longer than the archive', {}, Buffer.concat([BYTES, BYTES])],
    ['that is as long as the archive', {}, Buffer.from(BYTES).reverse()],
  ])('%s is thrown away', async (_what, more, bytes) => {
    const { archive, asked } = await serveNoting(send(BYTES));
    const cacheDir = await emptyDir();
    const path = cachedPath(cacheDir, archive);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.part`, bytes);
    const text = typeof more === 'string' ? more : note(archive, more);
    if (more !== undefined) await writeFile(`${path}.part.json`, text);
    await expectDownload(archive, cacheDir);
    expect(asked).toEqual([WHOLE]);
  });

  it('whose bytes are damaged is found out at the end, and all is asked for', async () => {
    const { archive, asked } = await serveNoting(rest(), send(BYTES));
    const cacheDir = await emptyDir();
    const path = cachedPath(cacheDir, archive);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.part`, Buffer.alloc(HALF));
    await writeFile(`${path}.part.json`, note(archive));
    await expectDownload(archive, cacheDir);
    expect(asked).toEqual([RESUMED, WHOLE]);
  });

  it('that is a symbolic link is not written through', async () => {
    const { archive } = await serveNoting(send(BYTES, { etag: TAG }));
    const [cacheDir, elsewhere] = [await emptyDir(), await emptyDir()];
    const path = cachedPath(cacheDir, archive);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(join(elsewhere, 'mine'), 'mine');
    await writeFile(join(elsewhere, 'note'), note(archive));
    await symlink(join(elsewhere, 'mine'), `${path}.part`);
    await symlink(join(elsewhere, 'note'), `${path}.part.json`);
    await expectDownload(archive, cacheDir);
    expect(await readFile(join(elsewhere, 'mine'), 'utf8')).toBe('mine');
    expect(await readFile(join(elsewhere, 'note'), 'utf8')).toBe(note(archive));
  });
});

describe('the cache', () => {
  it('is not left by a symbolic link', async () => {
    const { archive, requests } = await serveNoting(send(BYTES));
    const [cacheDir, elsewhere] = [await emptyDir(), await emptyDir()];
    await symlink(elsewhere, dirname(cachedPath(cacheDir, archive)));
    const ended = download(archive, { cacheDir, retry: ONCE });
    await expect(ended).rejects.toMatchObject({ code: 'OUTPUT_OCCUPIED' });
    expect(await readdir(elsewhere)).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('has one download of an archive, whoever else wants it at the same time', async () => {
    const { archive, requests } = await serveNoting(send(BYTES));
    const cacheDir = await emptyDir();
    await Promise.all(Array.from({ length: 4 }, () => expectDownloaded()));
    expect(requests).toHaveLength(1);

    async function expectDownloaded(): Promise<void> {
      const path = await download(archive, { cacheDir, retry: RETRY });
      expect(sha256(await readFile(path))).toBe(sha256(BYTES));
    }
  });

  it('without room for the archive is told before anything is asked for', async () => {
    const { archive, requests } = await serveNoting(send(BYTES));
    const error = await downloadFailure({ ...archive, bytes: 2 ** 52 });
    expect(error).toMatchObject({ code: 'DISK_FULL', exitCode: 5, expected: `${2 ** 32} MiB at least` });
    expect(requests).toEqual([]);
  });
});

describe('a server', () => {
  it('is asked for a few archives at once, not for all', async () => {
    let most = 0;
    let open = 0;
    const waiting: ServerResponse[] = [];
    const { origin } = await serve((response) => {
      most = Math.max(most, ++open);
      response.on('close', () => open--);
      waiting.push(response);
      // Nobody is answered before as many ask as may.
      if (waiting.length >= DOWNLOADS_PER_HOST) for (const each of waiting.splice(0)) send(BYTES)(each);
    });
    const cacheDir = await emptyDir();
    const files = Array.from({ length: 2 * DOWNLOADS_PER_HOST }, (_, at) => `images-${at}.gz`);
    await Promise.all(
      files.map((file) => download({ ...remote(`${origin}/${file}`), file }, { cacheDir, retry: RETRY })),
    );
    expect(most).toBe(DOWNLOADS_PER_HOST);
  });

  it('that drips is left', async () => {
    const { archive } = await serveNoting((response) => {
      response.writeHead(200, { 'content-length': BYTES.length });
      const drip = (at: number): void => {
        if (!response.destroyed) response.write(BYTES.subarray(at, at + 1), () => setImmediate(drip, at + 1));
      };
      drip(0);
    });
    const timeouts = { ...DEFAULT_TIMEOUTS, drip: { bytes: 100_000, within: 0 } };
    const error = await downloadFailure(archive, { timeouts });
    expect(error.message).toMatch(/timed out: only \d+ bytes came in 0 s \(tried 3 times\)$/);
  });
});

describe('a redirect from https', () => {
  it.each(['http://127.0.0.1/images.gz', 'file:///etc/hostname', 'javascript:1', '//'])(
    'to %s is refused',
    (location) => {
      const from = new URL('https://127.0.0.1/images.gz');
      expect(() => requestTarget(location, from, from.href)).toThrow(/^redirected to /);
    },
  );

  it.each(['https://127.0.0.2/a', '/a', '//127.0.0.2/a'])('to %s is followed', (location) => {
    const from = new URL('https://127.0.0.1/images.gz');
    expect(requestTarget(location, from, from.href).protocol).toBe('https:');
  });
});

describe('strongValidator', () => {
  const none = { etag: undefined, lastModified: undefined, date: undefined };
  const date = 'Wed, 01 Jan 2020 00:01:00 GMT';

  it.each([
    [{ etag: '"a"' }, { etag: '"a"' }],
    [{ etag: '""' }, { etag: '""' }],
    [{ etag: 'W/"a"' }, undefined],
    [{ etag: '"a" "b"' }, undefined],
    [{ lastModified: 'Wed, 01 Jan 2020 00:00:00 GMT' }, undefined],
    [{ lastModified: 'Wed, 01 Jan 2020 00:00:01 GMT', date }, undefined],
    [
      { lastModified: 'Wed, 01 Jan 2020 00:00:00 GMT', date },
      { lastModified: 'Wed, 01 Jan 2020 00:00:00 GMT' },
    ],
    [{ lastModified: 'yesterday', date }, undefined],
    [{ etag: 'W/"a"', lastModified: 'Wed, 01 Jan 2020 00:00:00 GMT', date }, undefined],
  ])('of %j is %j', (headers, validator) => {
    expect(strongValidator({ ...none, ...headers })).toEqual(validator);
  });
});
