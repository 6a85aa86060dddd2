import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { Machines, untilSaid } from '../engine/machines.js';
import { noteCount } from '../faults/counts.js';
import { PROGRAM, run } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';
import { freePort, RedisServer } from '../fixtures/redis.js';

const SECRET = 'correct-horse';

/** How a worker ends that is given this engine; it is to end soon and by itself. */
async function refusal(engine: string, env: Record<string, string> = {}) {
  const ended = await run(process.execPath, [PROGRAM, 'worker', '--engine', engine], { env });
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/wrong-horse|correct-horse/);
  return ended;
}

/** A certificate of an authority that nobody knows, for 127.0.0.1. */
async function certificate(context: TestContext): Promise<{ folder: string; key: string; cert: string }> {
  const folder = await emptyFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'].concat(
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        cert,
      ),
      { stdio: 'ignore' },
    );
  } catch {
    context.skip('no openssl found to make a certificate with');
  }
  return { folder, key, cert };
}

describe('a Redis that cannot be used', () => {
  it('is told of at once: a wrong password, none, a user that is not there', async (context) => {
    const redis = await RedisServer.start(context, '--requirepass', SECRET);
    const at = `127.0.0.1:${redis.port}`;
    for (const engine of [`redis://:wrong-horse@${at}`, `redis://me:wrong-horse@${at}`, `redis://${at}`]) {
      const { code, stderr } = await refusal(engine);
      expect({ engine, code, stderr }).toEqual({
        engine,
        code: 3,
        stderr: expect.stringContaining('[ENGINE]'),
      });
      expect(stderr).toContain(`redis://127.0.0.1:${redis.port} refuses`);
    }
    await noteCount(
      'many machines: a wrong password, none, an unknown user',
      3,
      'ENGINE, exit code 3, at once',
    );
  });

  it('takes the password of the URL, or of the variable, and no process shows it', async (context) => {
    const machines = await Machines.start(context, '--requirepass', SECRET);
    const at = `127.0.0.1:${machines.redis.port}`;
    const byUrl = machines.run(['worker', '--engine', `redis://default:${SECRET}@${at}`]);
    await untilSaid(byUrl, /takes tasks from redis:\/\/127/);
    if (process.platform === 'linux')
      expect(await readFile(`/proc/${byUrl.child.pid}/cmdline`, 'utf8')).not.toContain(SECRET);
    const byVariable = machines.run(['worker', '--engine', `redis://${at}`], {
      IDX_SHARDS_ENGINE_PASSWORD: SECRET,
    });
    await untilSaid(byVariable, /takes tasks from redis:\/\/127/);
    // Also when the connection goes.
    await machines.redis.kill();
    await untilSaid(byUrl, /is gone/);
    for (const { child, ended } of [byUrl, byVariable]) {
      child.kill('SIGTERM');
      const { code, stdout, stderr } = await ended;
      expect(code).toBe(0);
      expect(`${stdout}${stderr}`).not.toContain(SECRET);
    }
  });

  it('is told of where nobody answers, and where its name is unknown', async () => {
    for (const engine of [`redis://127.0.0.1:${await freePort()}`, 'redis://nobody.invalid']) {
      const { code, stderr } = await refusal(engine);
      expect({ engine, code, stderr }).toEqual({
        engine,
        code: 3,
        stderr: expect.stringContaining('[ENGINE]'),
      });
    }
  });

  it('is not waited for where something listens that never answers', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, stderr } = await refusal(`redis://127.0.0.1:${port}`);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('[ENGINE]') });
  });

  it('is refused where it is too old, with its version', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      // The few commands that come before it is known how old it is.
      socket.on('data', (data) => {
        for (const command of data.toString().match(/^(info|select|client|auth|hello)\r$/gim) ?? []) {
          const info = '# Server\r\nredis_version:6.0.16\r\nloading:0\r\n';
          socket.write(/info/i.test(command) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
        }
      });
      socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, stderr } = await refusal(`redis://127.0.0.1:${port}`);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/old Redis.*\n.*6\.2 or newer\n.*6\.0\.16/),
    });
    await noteCount('many machines: a Redis that is too old', 1, 'ENGINE, exit code 3, with its version');
  });

  it('is refused where it has no such database', async (context) => {
    const redis = await RedisServer.start(context);
    const { code, stderr } = await refusal(`${redis.url}/99`);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('has no such database') });
  });

  it('is refused where nobody vouches for its certificate, and taken with NODE_EXTRA_CA_CERTS', async (context) => {
    const { key, cert } = await certificate(context);
    const port = await freePort();
    const tls = [
      '--tls-port',
      String(port),
      '--tls-key-file',
      key,
      '--tls-cert-file',
      cert,
      '--tls-auth-clients',
      'no',
    ];
    const machines = await Machines.start(context, ...tls);
    const engine = `rediss://localhost:${port}`;
    const { code, stderr } = await refusal(engine);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('nobody here vouches for') });
    const known = machines.run(['worker', '--engine', engine], { NODE_EXTRA_CA_CERTS: cert });
    await untilSaid(known, /takes tasks from rediss:/);
    // And without TLS at the port that wants it.
    expect(await refusal(`redis://localhost:${port}`)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('[ENGINE]'),
    });
    await noteCount(
      'many machines: a certificate of an unknown authority',
      1,
      'ENGINE, exit code 3, at once',
    );
  });

  it('is no concern of a run that finds its data set there', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'x'), '');
    const words = ['prepare', '--dataset', 'digits', '--out', join(folder, 'out')];
    const env = { IDX_SHARDS_CACHE: join(folder, 'cache') };
    expect(await run(process.execPath, [PROGRAM, ...words], { env })).toMatchObject({ code: 0 });
    const engine = ['--engine', `redis://127.0.0.1:${await freePort()}`];
    const again = await run(process.execPath, [PROGRAM, ...words, ...engine], { env });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('left alone') });
  });
});
