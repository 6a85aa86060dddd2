import { DatasetError } from '../../errors.js';

/** Where Redis is, and who asks. */
export interface RedisAddress {
  /** Its URL as messages tell of it: without user and password. */
  shown: string;
  host: string;
  port: number;
  username: string | undefined;
  password: string | undefined;
  /** Number of the database. */
  db: number;
  tls: boolean;
}

/** A password that is not to stand in a command line, where every user of the machine sees it. */
export const PASSWORD_VARIABLE = 'IDX_SHARDS_ENGINE_PASSWORD';

const PORT = 6379;

/**
 * Reads the URL of `--engine`: `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS.
 *
 * @param password where the URL has none
 * @throws {DatasetError} `USAGE`; the message has nothing of the text, of which a part may be a password
 */
export function redisAddress(text: string, password?: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const db = /^\/?(\d{0,5})$/.exec(url?.pathname ?? '')?.[1];
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || db === undefined)
    throw notAnAddress(url);
  if (url.search !== '' || url.hash !== '') throw notAnAddress(url);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? PORT : Number(url.port);
  return {
    shown: `${url.protocol}//${url.hostname}:${port}${db === '' || db === '0' ? '' : `/${db}`}`,
    host,
    port,
    username: decoded(url.username),
    password: decoded(url.password) ?? (password === '' ? undefined : password),
    db: Number(db),
    tls: url.protocol === 'rediss:',
  };
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw notAnAddress(undefined);
  }
}

function notAnAddress(url: URL | undefined): DatasetError {
  return new DatasetError('USAGE', '--engine takes the URL of a Redis', {
    expected: 'redis://host:6379, rediss://user:password@host:6379/0',
    found: url === undefined ? 'no URL' : `${url.protocol}//...`,
    next: 'Special characters of a password are written as %XX there: @ as %40, / as %2F, % as %25.',
  });
}
