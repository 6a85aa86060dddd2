import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMEOUTS } from '../../src/archive/dispatcher.js';
import { gathered } from '../../src/archive/ranged-archive.js';
import { RangedUrl, type RangedUrlOptions } from '../../src/archive/ranged-url.js';
import { TransferError } from '../../src/archive/transfer-error.js';
import type { ArchiveDefinition } from '../../src/dataset/split-definition.js';
import { forgetProxies, RETRY, refuse, serve, sha256 } from './loopback.js';
import { type Answer, all, part, right, serveRanges, TAG } from './range-server.js';

beforeEach(forgetProxies);

/** Longer than a head, and than what makes up for tries. */
const BYTES = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
const HEAD = 65_548;
const ARCHIVE: ArchiveDefinition = { file: 'rows.npy', bytes: BYTES.length, sha256: sha256(BYTES) };
const RANGE = { start: 1_000_003, end: 1_400_000 };

/** Answers the head as it should be, and what comes then as it is told. */
const afterHead =
  (...answers: Answer[]): Answer =>
  (response, asked, context) => {
    const answer =
      context.number === 0 ? right(BYTES) : answers[Math.min(context.number, answers.length) - 1];
    return answer?.(response, asked, context);
  };

async function open(answer: Answer, options: RangedUrlOptions = {}) {
  const server = await serveRanges(answer);
  const ranged = await RangedUrl.open(`${server.origin}/rows.npy`, ARCHIVE, { retry: RETRY, ...options });
  return { ...server, ranged };
}

/** Reads a range, and expects its bytes. */
async function expectRange(answer: Answer, range = RANGE) {
  const server = await serveRanges(answer);
  await expectRangeOf(`${server.origin}/rows.npy`, range);
  return server;
}

async function expectRangeOf(url: string, range = RANGE): Promise<void> {
  const ranged = await RangedUrl.open(url, ARCHIVE, { retry: RETRY });
  if (ranged === undefined) throw new Error('the archive should be to be had in ranges');
  const bytes = await gathered(ranged.read(range));
  expect(sha256(bytes)).toBe(sha256(BYTES.subarray(range.start, range.end)));
}

/** The error that reading a range ends in. */
async function failure(answer: Answer, options: RangedUrlOptions = {}): Promise<unknown> {
  const { ranged } = await open(answer, options);
  if (ranged === undefined) throw new Error('the archive should be to be had in ranges');
  return gathered(ranged.read(RANGE)).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a range of an archive at a URL', () => {
  it('is asked for alone, on the condition that the archive is still the same', async () => {
    const { asked, conditions } = await expectRange(right(BYTES));
    expect(asked).toEqual([{ start: 0, end: HEAD }, RANGE]);
    expect(conditions).toEqual([undefined, TAG]);
  });

  it('is conditioned by a date where there is no tag', async () => {
    const headers = {
      'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT',
      date: 'Tue, 02 Jan 2024 00:00:00 GMT',
    };
    const { conditions } = await expectRange(right(BYTES, headers));
    expect(conditions).toEqual([undefined, headers['last-modified']]);
    // The condition has told the date.
    const { date } = headers;
    await expectRange((response, asked, { number }) =>
      part(BYTES, number === 0 ? headers : { date })(response, asked),
    );
  });

  it('of one byte, the last, and of none', async () => {
    await expectRange(right(BYTES), { start: 0, end: 1 });
    await expectRange(right(BYTES), { start: BYTES.length - 1, end: BYTES.length });
    const { asked } = await expectRange(right(BYTES), { start: 5, end: 5 });
    expect(asked).toHaveLength(1);
  });

  it('is found by redirects, each time', async () => {
    const { origin } = await serveRanges(right(BYTES));
    const there = await serve((response, { url }) => {
      response.writeHead(302, { location: `${origin}${url}?signed` }).end();
    });
    await expectRangeOf(`${there.origin}/rows.npy`);
    expect(there.requests).toHaveLength(2);
  });

  it('goes on where it broke off, and where the answer was shorter than it should be', async () => {
    const cut = part(BYTES, { etag: TAG }, { cutAt: 100_000 });
    const { asked } = await expectRange(afterHead(cut, right(BYTES)));
    expect(asked).toHaveLength(3);
    expect(asked[2]?.start).toBeGreaterThanOrEqual(RANGE.start);
    expect(asked[2]?.end).toBe(RANGE.end);

    const short = part(BYTES, { etag: TAG }, { most: 50_000 });
    const shorts = await expectRange(short);
    // Two answers for the head, eight for the range: none of them is a failure.
    expect(shorts.asked).toHaveLength(2 + 8);
    expect(shorts.conditions.slice(1)).toEqual(new Array(9).fill(TAG));
  });

  it('may break off more often than there are tries, if it gets on', async () => {
    const range = { start: 100, end: BYTES.length };
    const answers = Array.from({ length: 2 }, () => part(BYTES, { etag: TAG }, { most: 1_200_000 }));
    const failing = [refuse(503), refuse(503)];
    const { asked } = await expectRange(
      afterHead(
        ...failing,
        ...answers.slice(0, 1),
        ...failing,
        ...answers.slice(1),
        ...failing,
        right(BYTES),
      ),
      range,
    );
    expect(asked).toHaveLength(1 + 3 * 3);
  });

  it('is taken out of the whole where a server sends that after all', async () => {
    const { asked } = await expectRange(afterHead(all(BYTES)));
    expect(asked).toHaveLength(2);
  });

  it('is taken out of an answer that has more', async () => {
    await expectRange(afterHead(part(BYTES, { etag: TAG }, { more: 1000 })));
  });

  it.each([
    ['another part', part(BYTES, { etag: '"two"' })],
    ['another whole', all(BYTES, { etag: '"two"' })],
    ['a part without a tag', part(BYTES, {})],
    ['a whole of which nothing is told', all(BYTES, {})],
    ['another part after some of the right one', undefined],
  ])('is none where the archive was changed meanwhile: %s', async (_, answer) => {
    const broken = part(BYTES, { etag: TAG }, { most: 1000 });
    const error = await failure(
      answer === undefined ? afterHead(broken, part(BYTES, { etag: '"two"' })) : afterHead(answer),
    );
    expect(error).toMatchObject({
      name: 'DatasetError',
      code: 'ARCHIVE_CHECKSUM',
      message: expect.stringContaining('changed while it was read'),
      expected: TAG,
    });
  });

  it.each([
    ['which always breaks off at once', part(BYTES, { etag: TAG }, { cutAt: 0 }), 'tried 3 times'],
    [
      'of other bytes',
      part(BYTES, { etag: TAG }, { contentRange: 'bytes 0-99/3000000' }),
      'other bytes than',
    ],
    ['of no place', part(BYTES, { etag: TAG }, { contentRange: 'bytes */3000000' }), 'other bytes than'],
    ['that is refused', refuse(416), 'HTTP 416'],
    ['that is gone', refuse(404), 'HTTP 404'],
    ['for which the server is too busy', refuse(503), 'HTTP 503'],
    ['without an end of redirects', undefined, 'redirected more than'],
  ])('fails clearly: one %s', async (_, answer, message) => {
    const around: Answer = (response, _asked, { url }) => {
      response.writeHead(302, { location: url }).end();
    };
    const error = await failure(afterHead(answer ?? around));
    expect(error).toMatchObject({
      name: 'DatasetError',
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(message),
    });
  });

  it('fails where the archive has become another size', async () => {
    const error = await failure(
      afterHead(part(BYTES, { etag: TAG }, { contentRange: `bytes ${RANGE.start}-${RANGE.end - 1}/7` })),
    );
    expect(error).toMatchObject({ code: 'ARCHIVE_SIZE', found: '7 bytes' });
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const error = await failure(
      afterHead(() => controller.abort()),
      { signal: controller.signal },
    );
    expect(error).toMatchObject({ code: 'INTERRUPTED' });
  });

  it('closes its connection when nobody wants more of it', async () => {
    let closed = (): void => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { ranged } = await open(
      afterHead((response, asked) => {
        response.on('close', closed);
        const { start, end } = asked ?? RANGE;
        response.writeHead(206, {
          'content-range': `bytes ${start}-${end - 1}/${BYTES.length}`,
          'content-length': end - start,
          etag: TAG,
        });
        response.write(BYTES.subarray(start, start + 1000));
      }),
    );
    if (ranged === undefined) throw new Error('the archive should be to be had in ranges');
    for await (const _ of ranged.read(RANGE)) break;
    await gone;
  });

  it('is asked for by way of the proxy that the environment names', async () => {
    const proxy = await serveRanges(right(BYTES));
    vi.stubEnv('HTTP_PROXY', proxy.origin);
    await expectRangeOf('http://mirror.invalid/rows.npy');
    expect(proxy.requests).toEqual(new Array(2).fill('http://mirror.invalid/rows.npy'));
  });
});

describe('an archive at a URL', () => {
  it.each([
    ['sends all of it', all(BYTES)],
    ['tells nothing by which it could be known', right(BYTES, {})],
    ['has a tag that does not mean the same bytes', right(BYTES, { etag: 'W/"one"' })],
    ['has a date that is too young to mean the same bytes', undefined],
  ])('is not to be had in ranges where its server %s', async (_, answer) => {
    const now = new Date().toUTCString();
    const young = right(BYTES, { 'last-modified': now, date: now });
    const { ranged } = await open(answer ?? young);
    expect(ranged).toBeUndefined();
  });

  it('is left where it does not come', async () => {
    const stalled: Answer = (response) => {
      response.writeHead(206, {
        'content-range': `bytes 0-${HEAD - 1}/${BYTES.length}`,
        'content-length': HEAD,
        etag: TAG,
      });
      response.write(BYTES.subarray(0, 10));
    };
    const timeouts = { ...DEFAULT_TIMEOUTS, body: 20 };
    const error = await open(stalled, { timeouts, retry: { ...RETRY, attempts: 1 } }).catch(
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('timed out') });
  });

  it.each([
    ['has another size', part(BYTES.subarray(1)), 'ARCHIVE_SIZE'],
    ['is not there', refuse(404), 'DOWNLOAD_FAILED'],
    ['is never sent', refuse(500), 'DOWNLOAD_FAILED'],
  ])('is told of where it %s', async (_, answer, code) => {
    const error = await open(answer).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TransferError);
    expect(error).toMatchObject({ code });
  });
});
