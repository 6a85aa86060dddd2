import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { asDiskError, codeOf, DatasetError } from '../errors.js';

/** The package that speaks S3. */
export type Sdk = typeof import('@aws-sdk/client-s3');

/** A client with the settings of the user. */
export interface S3Connection {
  sdk: Sdk;
  client: S3Client;
  /** Where the storage is, where that is not AWS itself. */
  endpoint: URL | undefined;
}

/** After how long without an answer, or without a byte of it, a connection counts as dead, in ms. */
const SILENCE = 60_000;

/** The package writes to stderr of each file that is sent again, of which nothing needs to be known. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A client whose settings come from where the tools of AWS take them: the environment, `~/.aws/config`, `~/.aws/credentials`, what a machine
 * of AWS is given. Nothing is asked of the storage yet, nor are credentials looked for.
 *
 * @throws {DatasetError} `PACKAGE_MISSING`, `USAGE` where the settings are wrong
 */
export async function connect(): Promise<S3Connection> {
  const sdk = await loadSdk();
  const settings: S3ClientConfig = {
    // Tries are counted in s3-requests.ts: a file that is streamed can be sent by none but who opened it.
    maxAttempts: 1,
    // The checksum of each PUT is given; where one is required and none given, there is one of its own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    logger: SILENT,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: SILENCE, ...(await ownAuthorities()) },
  };
  const { config } = newClient(sdk, settings);
  const endpoint = await configuredEndpoint(config);
  // An empty variable counts as not set, as with AWS's own tools.
  const region = (await config.region().catch(() => '')) || process.env['AWS_DEFAULT_REGION'] || undefined;
  if (region === undefined && endpoint === undefined) {
    throw new DatasetError('USAGE', 'no region is set for s3://', {
      next: 'Set AWS_REGION, or region in ~/.aws/config, to the region of the bucket; for a storage that is not of AWS, AWS_ENDPOINT_URL.',
    });
  }
  // Buckets as parts of the host's name need a wildcard in DNS, which few have who run a storage of their own.
  const forcePathStyle = endpoint !== undefined;
  return {
    sdk,
    client: newClient(sdk, { ...settings, region: region ?? 'us-east-1', forcePathStyle }),
    endpoint,
  };
}

async function loadSdk(): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (cause) {
    throw new DatasetError('PACKAGE_MISSING', 's3:// needs a package that is not installed', {
      expected: '@aws-sdk/client-s3',
      found: codeOf(cause) === 'ERR_MODULE_NOT_FOUND' ? 'nothing' : String(cause),
      next: 'npm install @aws-sdk/client-s3',
      cause,
    });
  }
}

/**
 * The package warns on stderr of the end of Node.js 20 when its first client is made; this is its own switch against that
 * (https://github.com/aws/aws-sdk-js-v3/issues/7983).
 */
function newClient({ S3Client }: Sdk, settings: S3ClientConfig): S3Client {
  const name = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  const before = process.env[name];
  process.env[name] = 'true';
  try {
    return new S3Client(settings);
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

/** What AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or a profile's `endpoint_url` says. */
async function configuredEndpoint(config: S3Client['config']): Promise<URL | undefined> {
  const text = await config.serviceConfiguredEndpoint?.().catch((error: unknown) => {
    throw new DatasetError('USAGE', 'the settings in ~/.aws/config are wrong', { found: String(error) });
  });
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Told without the text: there may be a password in it.
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new DatasetError('USAGE', 'the endpoint of the storage (AWS_ENDPOINT_URL) is no address', {
      expected: 'such as https://storage.example.org:9000, without a name or a password',
    });
  }
  return url;
}

/** Authorities of certificates that AWS_CA_BUNDLE names, which the package leaves to its user. Those of NODE_EXTRA_CA_CERTS hold for all of Node.js. */
async function ownAuthorities(): Promise<{ httpsAgent?: { ca: string[]; keepAlive: true } }> {
  const path = process.env['AWS_CA_BUNDLE'];
  if (path === undefined || path === '') return {};
  const bundle = await readFile(path, 'utf8').catch((error: unknown) => {
    throw asDiskError(error, `reading AWS_CA_BUNDLE, ${path}`);
  });
  return { httpsAgent: { ca: [...rootCertificates, bundle], keepAlive: true } };
}
