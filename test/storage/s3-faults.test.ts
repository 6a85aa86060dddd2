import { randomBytes } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FAKE_ACCESS, FAKE_SECRET, type FakeFault } from '../fixtures/fake-s3.js';
import { emptyFolder } from '../fixtures/folder.js';
import { errorOf, keysOf, putAsFile, readAll, writtenFile } from './cases.js';
import { openFake, RETRY } from './fake.js';

const BYTES = randomBytes(300_000);

const PASSING: FakeFault[] = [
  { answer: 409, code: 'ConditionalRequestConflict' },
  { answer: 500, code: 'InternalError' },
  { answer: 503, code: 'SlowDown' },
  { answer: 503 },
  { answer: 429 },
  { answer: 400, code: 'RequestTimeout' },
  { answer: 400, code: 'BadDigest' },
  { answer: 403, code: 'RequestTimeTooSkewed' },
  'reset',
  'lose the answer',
];
const named = (fault: FakeFault) =>
  typeof fault === 'string' ? fault : `${fault.answer} ${fault.code ?? ''}`;

describe.each(PASSING.map((fault) => [named(fault), fault] as const))('%s, a few times', (_name, fault) => {
  it('does not keep an object from being put, by bytes and by file', async () => {
    const { fake, storage } = await openFake();
    fake.fail('PutObject', fault, 3);
    await storage.putBytes('x', BYTES);
    const warn = vi.spyOn(console, 'warn');
    fake.fail('PutObject', fault, 3);
    await putAsFile(storage, 'y', BYTES);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
    expect(fake.objects.get('data/x')?.bytes.equals(BYTES)).toBe(true);
    expect(fake.objects.get('data/y')?.bytes.equals(BYTES)).toBe(true);
  });

  it('does not keep anything else from being done', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('x', BYTES);
    for (const operation of ['GetObject', 'HeadObject', 'ListObjectsV2', 'DeleteObjects'] as const)
      fake.fail(operation, fault, 3);
    expect(Buffer.from((await storage.get('x')) ?? []).equals(BYTES)).toBe(true);
    fake.fail('GetObject', fault, 3);
    expect(
      (await readAll(storage, 'x', { start: 10, end: 200_000 })).equals(BYTES.subarray(10, 200_000)),
    ).toBe(true);
    expect(await storage.sizeOf('x')).toBe(BYTES.length);
    expect(await keysOf(storage)).toEqual(['x']);
    await storage.remove(['x']);
    expect(fake.objects.size).toBe(0);
  });

  it('ends in an error at last', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('there', BYTES);
    fake.fail('any', fault, 1000);
    for (const attempt of [
      () => storage.putBytes('x', BYTES),
      () => storage.get('there'),
      () => storage.sizeOf('x'),
      () => keysOf(storage),
    ]) {
      const error = await errorOf(attempt());
      expect(error.code).toBe('STORAGE');
      expect(error.next).toBeDefined();
    }
  });
});

describe('a PUT whose answer was lost', () => {
  it('is known to be done by one look, and not sent again', async () => {
    const { fake, storage } = await openFake();
    fake.fail('PutObject', 'lose the answer');
    await putAsFile(storage, 'x', BYTES);
    expect(fake.requests.map(({ operation }) => operation)).toEqual(['PutObject', 'HeadObject']);
  });

  it('is an error where others put other bytes meanwhile', async () => {
    const { fake, storage } = await openFake();
    fake.fail('PutObject', 'reset');
    fake.at(2, () => fake.objects.set('data/x', { bytes: Buffer.from('others'), checksum: undefined }));
    expect((await errorOf(storage.putBytes('x', BYTES))).code).toBe('OBJECT_DIFFERS');
  });
});

describe('a PUT that is refused since an object is there', () => {
  it('is an error where that has other bytes, with or without checksums', async () => {
    for (const same of [false, true]) {
      const { fake, storage } = await openFake();
      fake.fail('PutObject', 'other bytes are there');
      const error = await errorOf(storage.putBytes('x', Buffer.from(same ? 'other!' : 'more than others')));
      expect(error).toMatchObject({ code: 'OBJECT_DIFFERS', exitCode: 4 });
      expect(error.message).toContain('data/x');
    }
  });

  it('reads what is there where the storage keeps no checksums', async () => {
    const { fake, storage } = await openFake();
    fake.keepsNoChecksums = true;
    await storage.putBytes('x', BYTES);
    await storage.putBytes('x', BYTES);
    expect(fake.count('GetObject')).toBe(1);
    const other = Buffer.from(BYTES);
    other[299_999] = (other[299_999] ?? 0) ^ 1;
    expect((await errorOf(storage.putBytes('x', other))).code).toBe('OBJECT_DIFFERS');
  });

  it('is refused before the body has been sent, and the connection closed', async () => {
    const { fake, storage } = await openFake();
    const large = randomBytes(20_000_000);
    await putAsFile(storage, 'x', large);
    fake.refusesEarly = true;
    await putAsFile(storage, 'x', large);
    await storage.putBytes('x', large);
    expect((await errorOf(putAsFile(storage, 'x', randomBytes(20_000_000)))).code).toBe('OBJECT_DIFFERS');
  });

  it('is tried again where nothing is there, and is an error at last', async () => {
    const { fake, storage } = await openFake();
    fake.fail('PutObject', { answer: 412, code: 'PreconditionFailed' });
    await storage.putBytes('x', BYTES);
    fake.fail('PutObject', { answer: 412, code: 'PreconditionFailed' }, 1000);
    expect((await errorOf(storage.putBytes('y', BYTES))).code).toBe('STORAGE');
  });

  it('does not believe a checksum that is not that of the bytes', async () => {
    const { fake, storage } = await openFake();
    fake.fail('PutObject', 'wrong checksum');
    expect((await errorOf(storage.putBytes('x', BYTES))).code).toBe('OBJECT_DIFFERS');
    fake.fail('HeadObject', 'wrong checksum');
    expect((await errorOf(storage.putBytes('x', BYTES))).code).toBe('OBJECT_DIFFERS');
  });
});

describe('a read', () => {
  it('goes on where the body was cut, of the same object', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('x', BYTES);
    fake.requests.length = 0;
    fake.fail('GetObject', 'cut the body', 3);
    expect((await readAll(storage, 'x')).equals(BYTES)).toBe(true);
    const gets = fake.requests;
    expect(gets).toHaveLength(4);
    expect(gets[0]).toMatchObject({ range: undefined, ifMatch: undefined });
    for (const { range, ifMatch } of gets.slice(1)) {
      expect(range).toMatch(/^bytes=[1-9]\d*-299999$/);
      expect(ifMatch).toMatch(/^".+"$/);
    }
    fake.fail('GetObject', 'cut the body', 3);
    expect(
      (await readAll(storage, 'x', { start: 1000, end: 290_000 })).equals(BYTES.subarray(1000, 290_000)),
    ).toBe(true);
  });

  it('asks for the rest of a range that came short', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('x', BYTES);
    fake.fail('GetObject', 'short range', 5);
    expect((await readAll(storage, 'x', { start: 1, end: 299_999 })).equals(BYTES.subarray(1, 299_999))).toBe(
      true,
    );
    expect(fake.count('GetObject')).toBe(6);
  });

  it('takes no other bytes than those that were asked for', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('x', BYTES);
    fake.fail('GetObject', 'no range', 2);
    expect((await readAll(storage, 'x', { start: 0, end: 10 })).equals(BYTES.subarray(0, 10))).toBe(true);
    expect((await errorOf(readAll(storage, 'x', { start: 5, end: 10 }))).code).toBe('STORAGE');
  });

  it('is an error where the object changes on the way, or goes', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('x', BYTES);
    const object = fake.objects.get('data/x');
    fake.fail('GetObject', 'cut the body', 2);
    fake.at(fake.requests.length + 2, () =>
      fake.objects.set('data/x', { bytes: randomBytes(300_000), checksum: undefined }),
    );
    expect((await errorOf(readAll(storage, 'x'))).code).toBe('OBJECT_DIFFERS');
    if (object !== undefined) fake.objects.set('data/x', object);
    fake.fail('GetObject', 'cut the body', 2);
    fake.at(fake.requests.length + 2, () => fake.objects.delete('data/x'));
    expect((await errorOf(readAll(storage, 'x'))).code).toBe('OBJECT_MISSING');
  });

  it('ends by an error where no more bytes come', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('x', Buffer.from('1'));
    fake.fail('GetObject', 'cut the body', 1000);
    expect((await errorOf(readAll(storage, 'x'))).code).toBe('STORAGE');
    expect(fake.count('GetObject')).toBe(RETRY.attempts);
  });

  it('of a whole small object sees a damaged body, once or always', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('x', BYTES);
    for (const fault of ['damage the body', 'wrong checksum', 'cut the body'] as const) {
      fake.fail('GetObject', fault, 2);
      expect(Buffer.from((await storage.get('x')) ?? []).equals(BYTES)).toBe(true);
    }
    fake.fail('GetObject', 'damage the body', 1000);
    expect((await errorOf(storage.get('x'))).code).toBe('OBJECT_DIFFERS');
  });

  it('lets go of the connection when nobody wants more', async () => {
    const { storage } = await openFake();
    await storage.putBytes('x', randomBytes(5_000_000));
    for await (const chunk of storage.read('x')) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await storage.sizeOf('x')).toBe(5_000_000);
  });
});

describe('what cannot be put', () => {
  it('is a file of more than 5 GiB, and nothing is sent', async () => {
    const { fake, storage } = await openFake();
    const path = join(await emptyFolder(), 'large');
    await writeFile(path, '');
    await truncate(path, 5 * 1024 ** 3 + 1);
    const file = { bytes: 5 * 1024 ** 3 + 1, sha256: '0'.repeat(64) };
    const error = await errorOf(storage.putFile('x', path, file));
    expect(error.message).toContain('larger');
    expect(error.next).toContain('--num-shards');
    expect(fake.requests).toEqual([]);
  });

  it('is a folder in the place of a file', async () => {
    const { fake, storage } = await openFake();
    const file = { ...writtenFile(Buffer.alloc(0)), bytes: 4096 };
    expect((await errorOf(storage.putFile('x', await emptyFolder(), file))).code).toBe('FILE_CHECKSUM');
    expect(fake.requests).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')(
    'is a file that cannot be read, and nobody waits for it',
    async () => {
      const { fake, storage } = await openFake();
      // The first bytes of a process's memory belong to nobody.
      const error = await errorOf(storage.putFile('x', '/proc/self/mem', writtenFile(Buffer.alloc(0))));
      expect(error.code).toBe('DISK');
      expect(error.message).toContain('/proc/self/mem');
      expect(fake.objects.size).toBe(0);
    },
  );
});

describe('the probe', () => {
  it('refuses a storage that ignores conditions, and names Google as one', async () => {
    const { fake, storage } = await openFake();
    fake.ignoresConditions = true;
    const error = await errorOf(storage.probe());
    expect(error).toMatchObject({ code: 'STORAGE_UNSAFE', exitCode: 2 });
    expect(error.next).toContain('Google');
    expect(fake.objects.size).toBe(0);
  });

  it('refuses a storage that does not know conditions', async () => {
    const { fake, storage } = await openFake();
    fake.fail('PutObject', { answer: 501, code: 'NotImplemented' }, 1000);
    expect((await errorOf(storage.probe())).code).toBe('STORAGE_UNSAFE');
  });

  it('passes where answers are lost on the way, and leaves nothing', async () => {
    const { fake, storage } = await openFake();
    fake.fail('PutObject', 'lose the answer', 2);
    await storage.probe();
    expect(fake.objects.size).toBe(0);
  });
});

describe('removal', () => {
  it('goes one by one where the storage knows no other way', async () => {
    const { fake, storage } = await openFake();
    fake.removesOneByOne = true;
    for (const key of ['a', 'b', 'c']) await storage.putBytes(key, Buffer.from(key));
    await storage.remove(['a', 'b', 'none']);
    expect(await keysOf(storage)).toEqual(['c']);
    expect(fake.count('DeleteObject')).toBe(3);
  });
});

describe('credentials', () => {
  it('that expire in the middle are an error that says what to do, with nothing of them', async () => {
    const { fake, storage } = await openFake();
    await storage.putBytes('x', BYTES);
    fake.expired = true;
    for (const attempt of [
      () => storage.putBytes('y', BYTES),
      () => storage.get('x'),
      () => storage.sizeOf('x'),
      () => readAll(storage, 'x'),
      () => keysOf(storage),
      () => storage.remove(['x']),
    ]) {
      const error = await errorOf(attempt());
      expect(error).toMatchObject({ code: 'STORAGE', exitCode: 3 });
      expect(error.message).toContain('expired');
      expect(error.next).toContain('Renew');
      const told = JSON.stringify([
        error.message,
        error.found,
        error.next,
        error.expected,
        error.stack,
        error.cause,
      ]);
      expect(told).not.toContain(FAKE_SECRET);
      expect(told).not.toContain(FAKE_ACCESS);
    }
    fake.expired = false;
    await storage.putBytes('y', BYTES);
  });
});

describe('a signal', () => {
  it('ends requests, waits and reads with its reason', async () => {
    const reason = new Error('stopped');
    const controller = new AbortController();
    const retry = { attempts: 1000, baseDelay: 1e9, maxDelay: 1e9 };
    const { fake, storage } = await openFake({ signal: controller.signal, retry });
    await storage.putBytes('x', BYTES);
    fake.fail('any', { answer: 503 }, 1000);
    const attempts = [storage.putBytes('y', BYTES), storage.get('x'), readAll(storage, 'x'), keysOf(storage)];
    fake.at(5, () => controller.abort(reason));
    for (const end of await Promise.allSettled(attempts)) expect(end).toEqual({ status: 'rejected', reason });
    await expect(storage.get('x')).rejects.toBe(reason);
  });

  it('may be that of many requests and waits at once, without a warning', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const { fake, storage } = await openFake({ signal: new AbortController().signal });
    fake.fail('PutObject', { answer: 503 }, 40);
    await Promise.all(Array.from({ length: 40 }, (_, i) => storage.putBytes(`${i}`, BYTES)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});
