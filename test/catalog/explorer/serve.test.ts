import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveFolder } from '../../../src/catalog/explorer/serve.js';
import { emptyFolder } from '../../fixtures/folder.js';

async function served(): Promise<string> {
  const folder = await emptyFolder();
  await mkdir(join(folder, 'open'));
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'open', 'ten.txt'), '0123456789');
  await writeFile(join(folder, 'open', 'none.txt'), '');
  await symlink(join(folder, 'secret.txt'), join(folder, 'open', 'link.txt'));
  const { url, close } = await serveFolder(join(folder, 'open'));
  onTestFinished(close);
  return url;
}

describe('serveFolder', () => {
  it.each([
    [undefined, 200, '0123456789', null],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=4-2', 200, '0123456789', null],
    ['bytes=0-1,3-4', 200, '0123456789', null],
  ])('answers the range %s with %i', async (range, status, body, contentRange) => {
    const response = await fetch(`${await served()}ten.txt`, {
      headers: range === undefined ? {} : { range },
    });
    expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([
      status,
      body,
      contentRange,
    ]);
  });

  it('serves an empty file', async () => {
    const response = await fetch(`${await served()}none.txt`);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/link.txt',
    '/',
    '/nothing',
    '/%',
    '/%00',
  ])('does not serve %s', async (path) => {
    const { port } = new URL(await served());
    // Not fetch, which would take the dots away.
    const [status, body] = await new Promise<[number | undefined, string]>((resolve, reject) => {
      request({ port, path, host: '127.0.0.1' }, (response) => {
        text(response).then((body) => resolve([response.statusCode, body]), reject);
      })
        .once('error', reject)
        .end();
    });
    expect([status, body]).toEqual([404, '']);
  });

  it.each([
    ['127.0.0.1', 200],
    ['localhost:8080', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example:80', 403],
  ])('answers what was sent to the host %s with %i', async (host, status) => {
    const { port } = new URL(await served());
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      request({ port, path: '/ten.txt', host: '127.0.0.1', headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(answered).toBe(status);
  });

  it('only gives', async () => {
    const url = await served();
    expect((await fetch(`${url}ten.txt`, { method: 'PUT', body: 'x' })).status).toBe(405);
    const head = await fetch(`${url}ten.txt`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  });

  it('says where there is no such folder', async () => {
    await expect(serveFolder(join(await emptyFolder(), 'none'))).rejects.toMatchObject({ code: 'DISK' });
  });
});
