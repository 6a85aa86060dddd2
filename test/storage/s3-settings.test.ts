import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.js';
import { closedPort } from '../archive/loopback.js';
import { builtVersitygw } from '../conformance/readers.js';
import { selfSigned } from '../fixtures/certificate.js';
import { PROJECT, run } from '../fixtures/cli.js';
import { FAKE_ACCESS, FAKE_BUCKET, FAKE_SECRET, FakeS3 } from '../fixtures/fake-s3.js';
import { emptyFolder } from '../fixtures/folder.js';
import { s3Settings, useS3Settings } from '../fixtures/s3-settings.js';
import { Versitygw } from '../fixtures/versitygw.js';
import { errorOf, keysOf } from './cases.js';
import { openFake, RETRY, startFake } from './fake.js';

const URL_OF_FAKE = `s3://${FAKE_BUCKET}/data`;

/** Puts an object in a process of its own, and prints the error's fields, or `done`. */
const PUT = `
  import { openStorage } from ${JSON.stringify(new URL('../../dist/src/storage/open-storage.js', import.meta.url).href)};
  try {
    const storage = await openStorage(process.argv[1]);
    await storage.probe();
    await storage.putBytes('x', Buffer.from('x'));
    console.log('done');
  } catch (error) {
    console.log(JSON.stringify({ ...error, message: error.message }));
  }`;

function putElsewhere(env: Record<string, string>, options: readonly string[] = []) {
  return run(process.execPath, [...options, '--input-type=module', '-e', PUT, URL_OF_FAKE], {
    cwd: PROJECT,
    env,
  });
}

describe('settings', () => {
  it('come from a profile: endpoint, region and credentials', async () => {
    const fake = await startFake();
    const folder = await emptyFolder();
    const endpoint = fake.settings()['AWS_ENDPOINT_URL'];
    await writeFile(
      join(folder, 'config'),
      `[profile mine]\nregion = eu-north-1\nendpoint_url = ${endpoint}\n`,
    );
    const keys = `aws_access_key_id = ${FAKE_ACCESS}\naws_secret_access_key = ${FAKE_SECRET}\n`;
    await writeFile(join(folder, 'credentials'), `[mine]\n${keys}`);
    const files = {
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    };
    useS3Settings(s3Settings({ AWS_PROFILE: 'mine', ...files }));
    await (await openStorage(URL_OF_FAKE, { retry: RETRY })).probe();
    expect(new Set(fake.requests.map(({ region }) => region))).toEqual(new Set(['eu-north-1']));
  });

  it('for S3 alone come before those for all services', async () => {
    const fake = await startFake();
    const endpoint = fake.settings()['AWS_ENDPOINT_URL'] ?? '';
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
    await (await openStorage(URL_OF_FAKE, { retry: RETRY })).probe();
    // Where no region is set, and the storage is not of AWS, whose servers know by it where to look.
    expect(fake.requests[0]?.region).toBe('us-east-1');
    vi.stubEnv('AWS_DEFAULT_REGION', 'eu-west-1');
    await (await openStorage(URL_OF_FAKE, { retry: RETRY })).probe();
    expect(fake.requests.at(-1)?.region).toBe('eu-west-1');
  });

  it('without a region are an error where the storage is that of AWS', async () => {
    useS3Settings(s3Settings({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }));
    const error = await errorOf(openStorage('s3://bucket/x'));
    expect(error.code).toBe('USAGE');
    expect(error.next).toContain('AWS_REGION');
  });

  it.each(['no url', 'ftp://host', 'http://user:hidden@host'])(
    'with the endpoint %s are an error, which does not tell it',
    async (text) => {
      useS3Settings(s3Settings({ AWS_ENDPOINT_URL: text }));
      const error = await errorOf(openStorage('s3://bucket/x'));
      expect(error.code).toBe('USAGE');
      expect(JSON.stringify([error.message, error.found])).not.toContain('hidden');
    },
  );

  it("of Google's storage write nothing", async () => {
    useS3Settings(s3Settings({ AWS_ENDPOINT_URL: 'https://storage.googleapis.com' }));
    const storage = await openStorage('s3://bucket/x');
    for (const attempt of [() => storage.probe(), () => storage.putBytes('x', Buffer.from('x'))]) {
      const error = await errorOf(attempt());
      expect(error.code).toBe('STORAGE_UNSAFE');
      expect(error.message).toContain('Google');
    }
  });

  it('are used without a word on stderr, by any version of Node.js, and are left as they were', async () => {
    const fake = await startFake();
    const { stdout, stderr } = await putElsewhere(fake.settings());
    expect({ stdout, stderr }).toEqual({ stdout: 'done\n', stderr: '' });
    expect(process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED']).toBeUndefined();
  });
});

describe('what is wrong is told apart', () => {
  it('a bucket that is not there', async () => {
    await startFake();
    const storage = await openStorage('s3://another-bucket', { retry: RETRY });
    const attempts = [
      () => storage.probe(),
      () => storage.get('x'),
      () => storage.sizeOf('x'),
      () => keysOf(storage),
      () => storage.remove(['x']),
    ];
    for (const attempt of attempts) {
      const error = await errorOf(attempt());
      expect(error.message).toContain('there is no bucket another-bucket at 127.0.0.1:');
    }
  });

  it('keys that nobody knows', async () => {
    const { fake, storage } = await openFake();
    await storage.probe();
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'WRONGACCESSKEY');
    const other = await openStorage(URL_OF_FAKE, { retry: RETRY });
    for (const attempt of [() => other.probe(), () => other.sizeOf('x')]) {
      const error = await errorOf(attempt());
      expect(error.message).toContain('does not know these credentials');
      expect(error.found).toBe('InvalidAccessKeyId (HTTP 403)');
    }
    await storage.probe();
    expect(fake.objects.size).toBe(0);
  });

  it('access that is denied', async () => {
    const { fake, storage } = await openFake();
    fake.fail('any', { answer: 403, code: 'AccessDenied' }, 1000);
    for (const attempt of [() => storage.probe(), () => storage.sizeOf('x'), () => keysOf(storage)]) {
      const error = await errorOf(attempt());
      expect(error.message).toContain('denies access');
      expect(error.next).toContain('s3:PutObject');
    }
  });

  it('a bucket of another region', async () => {
    const { fake, storage } = await openFake();
    fake.fail(
      'any',
      { answer: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-west-3' } },
      1000,
    );
    for (const attempt of [() => storage.putBytes('x', Buffer.from('x')), () => storage.sizeOf('x')]) {
      expect((await errorOf(attempt())).next).toContain('AWS_REGION=eu-west-3');
    }
  });

  it('no credentials', async () => {
    const fake = await startFake();
    useS3Settings(fake.settings({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }));
    const error = await errorOf((await openStorage(URL_OF_FAKE, { retry: RETRY })).probe());
    expect(error.message).toContain('no credentials were found');
    expect(fake.requests).toEqual([]);
  });

  it('an endpoint that cannot be reached, after a few tries', async () => {
    useS3Settings(
      s3Settings({
        AWS_ENDPOINT_URL: `http://127.0.0.1:${await closedPort()}`,
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
      }),
    );
    const error = await errorOf(
      (await openStorage(URL_OF_FAKE, { retry: { ...RETRY, attempts: 1e9 } })).probe(),
    );
    expect(error.message).toMatch(/cannot be reached at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
    expect(error.next).toContain('AWS_ENDPOINT_URL');
  });

  it('a certificate of an unknown authority, which can be named in two ways', async (context) => {
    const certificate = await selfSigned(context);
    const fake = await FakeS3.start({ tls: certificate });
    context.onTestFinished(() => fake.stop());
    const refused = await putElsewhere(fake.settings());
    expect(refused.stdout).toContain('NODE_EXTRA_CA_CERTS');
    expect(refused.stdout).toContain('is not trusted');
    for (const name of ['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE']) {
      const { stdout, stderr } = await putElsewhere(fake.settings({ [name]: certificate.path }));
      expect({ stdout, stderr }).toEqual({ stdout: 'done\n', stderr: '' });
      fake.objects.clear();
    }
  });

  it('a secret that does not fit, by a server that looks at signatures', async (context) => {
    const server = await Versitygw.start(await builtVersitygw(context));
    context.onTestFinished(() => server.stop());
    useS3Settings(server.settings);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong-secret');
    const storage = await openStorage(`s3://${server.bucket}/x`, { retry: RETRY });
    for (const attempt of [() => storage.probe(), () => storage.sizeOf('x')]) {
      expect((await errorOf(attempt())).found).toContain('SignatureDoesNotMatch');
    }
  });

  it('a package that is not installed', async () => {
    const fake = await startFake();
    const folder = await emptyFolder();
    const hooks = `export async function resolve(name, context, next) {
      if (!name.startsWith('@aws-sdk/client-s3')) return next(name, context);
      throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
    await writeFile(join(folder, 'hooks.mjs'), hooks);
    await writeFile(
      join(folder, 'register.mjs'),
      "import { register } from 'node:module';\nregister('./hooks.mjs', import.meta.url);\n",
    );
    const { stdout } = await putElsewhere(fake.settings(), ['--import', join(folder, 'register.mjs')]);
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'PACKAGE_MISSING',
      found: 'nothing',
      next: 'npm install @aws-sdk/client-s3',
    });
    expect(fake.requests).toEqual([]);
  });
});

describe('a server that is killed and comes again', () => {
  it('is waited for', async (context) => {
    const server = await Versitygw.start(await builtVersitygw(context));
    context.onTestFinished(() => server.stop());
    useS3Settings(server.settings);
    const storage = await openStorage(`s3://${server.bucket}/x`, {
      retry: { attempts: 1000, baseDelay: 20, maxDelay: 20 },
    });
    await storage.probe();
    await server.kill();
    const puts = Array.from({ length: 10 }, (_, i) => storage.putBytes(`${i}`, Buffer.alloc(100_000, i)));
    await server.restart();
    await Promise.all(puts);
    expect(await keysOf(storage)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`));
  });
});
