import { isIP } from 'node:net';
import type * as BullMq from 'bullmq';
import type { Redis, RedisOptions } from 'ioredis';
import { codeOf, DatasetError } from '../../errors.js';
import type { RedisAddress } from './address.js';

/** A Redis that answered, and the clients that were opened to it. */
export interface Engine {
  bullmq: typeof BullMq;
  address: RedisAddress;
  /** Another client, which waits for Redis where that is gone, however long it takes. */
  open(): Redis;
  /** Closes all clients at once, those that BullMQ opened too. */
  close(): void;
}

/** The oldest Redis that BullMQ asks for. */
const OLDEST = [6, 2] as const;

/** For how long Redis is waited for at the start, in ms. */
const CONNECT_TIMEOUT = 10_000;

/**
 * Looks whether there is a Redis that will do, and says so at once where there is none: from there on it is waited for.
 *
 * @throws {DatasetError} `PACKAGE_MISSING`, `ENGINE`
 */
export async function connectEngine(address: RedisAddress): Promise<Engine> {
  const [bullmq, { Redis: Client }] = await Promise.all([import('bullmq'), import('ioredis')]).catch(
    (cause: unknown) => {
      throw new DatasetError('PACKAGE_MISSING', '--engine redis:// needs packages that are not installed', {
        expected: 'bullmq, ioredis',
        next: 'npm install bullmq ioredis',
        cause,
      });
    },
  );
  const options = optionsOf(address);
  await requireRedis(
    new Client({
      ...options,
      lazyConnect: true,
      retryStrategy: null,
      maxRetriesPerRequest: 0,
      // Something else may listen there that takes what it is told and never answers.
      commandTimeout: CONNECT_TIMEOUT,
    }),
    address,
  );
  const clients = new Set<Redis>();
  const open = (): Redis => {
    const client = new Client(options);
    // Without a listener they go to the terminal; the dispatcher and the worker say what there is to say.
    client.on('error', () => {});
    // BullMQ makes a second one of it for commands that block.
    client.duplicate = open;
    clients.add(client);
    return client;
  };
  const close = (): void => {
    for (const client of clients) client.disconnect();
  };
  return { bullmq, address, open, close };
}

function optionsOf({ host, port, username, password, db, tls }: RedisAddress): RedisOptions {
  return {
    host,
    port,
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    connectTimeout: CONNECT_TIMEOUT,
    keepAlive: 10_000,
    // As BullMQ asks for: a command waits for Redis to come back.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * 2 ** times, 2000),
  };
}

async function requireRedis(client: Redis, address: RedisAddress): Promise<void> {
  let seen: unknown;
  client.on('error', (error) => {
    seen ??= error;
  });
  try {
    await client.connect();
    // It would go on with another database, and say nothing.
    await client.select(address.db);
    expectNew(await client.info('server'), address);
  } catch (error) {
    throw error instanceof DatasetError ? error : refusal(seen ?? error, address);
  } finally {
    client.disconnect();
  }
}

function expectNew(info: string, { shown }: RedisAddress): void {
  const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new DatasetError('ENGINE', `${shown} is an old Redis`, {
    expected: `Redis ${OLDEST.join('.')} or newer`,
    found: version,
    next: 'Use a newer one.',
  });
}

/** What OpenSSL calls certificates that nobody vouches for. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_UNTRUSTED|CERT_SIGNATURE/;

/** The error for a Redis that cannot be used, with what it said, and without what it was told. */
function refusal(thrown: unknown, { shown, password, tls }: RedisAddress): DatasetError {
  const code = codeOf(thrown) ?? '';
  const said = withoutPassword(thrown instanceof Error ? thrown.message || code : String(thrown), password);
  const found = code === '' || said.includes(code) ? said : `${said} (${code})`;
  const refused = (message: string, next: string): DatasetError =>
    new DatasetError('ENGINE', `${shown} ${message}`, { found, next });
  if (/WRONGPASS|invalid (username|password)/i.test(said))
    return refused('refuses the password, or the user', 'Look at the URL of --engine.');
  if (/NOAUTH|NOPERM|without any password/i.test(said))
    return refused('refuses the user', 'Look at the user and the password in the URL of --engine.');
  if (UNTRUSTED.test(code))
    return refused(
      'has a certificate that nobody here vouches for',
      'Name the file of the authority that signed it by the variable NODE_EXTRA_CA_CERTS.',
    );
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return refused('has a certificate of another name', 'Use the name that the certificate has.');
  if (/DB index/.test(said))
    return refused('has no such database', 'Look at the number at the end of the URL.');
  return refused(
    'does not answer as a Redis does',
    tls
      ? 'Look whether it runs, at its address, and whether it speaks TLS; without TLS it is redis://.'
      : 'Look whether it runs, at its address, and whether it wants TLS, which is rediss://.',
  );
}

/** Redis repeats nothing of a password as far as is known; nobody is to depend on that. */
function withoutPassword(said: string, password: string | undefined): string {
  return password === undefined ? said : said.replaceAll(password, '...');
}
