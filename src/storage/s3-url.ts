import { DatasetError } from '../errors.js';

/** A place in object storage. */
export interface S3Location {
  bucket: string;
  /** What all keys begin with, without a `/` at either end; may be empty. */
  prefix: string;
}

/** Schemes that people try, and what serves instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  gs: "Google's storage has no conditional writes in its S3 interface: write to a folder, then copy it there with gcloud storage cp.",
  az: 'Azure has no S3 interface: write to a folder, then copy it there with azcopy.',
  abfs: 'Azure has no S3 interface: write to a folder, then copy it there with azcopy.',
  abfss: 'Azure has no S3 interface: write to a folder, then copy it there with azcopy.',
  s3a: 'Write s3:// for it.',
  s3n: 'Write s3:// for it.',
  r2: 'Write s3:// for it, and set AWS_ENDPOINT_URL to the address of the account.',
  hdfs: 'Mount it as a folder (NFS gateway), or write to a folder and copy it there with hdfs dfs -put.',
  file: 'Name the folder itself, without file://.',
  http: 'Name a bucket by s3://BUCKET/PREFIX, and set AWS_ENDPOINT_URL to the address.',
  https: 'Name a bucket by s3://BUCKET/PREFIX, and set AWS_ENDPOINT_URL to the address.',
};

/** Whether a text names object storage, or tries to, and no path. */
export function isStorageUrl(out: string): boolean {
  // A single letter is a drive of Windows.
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(out);
}

/** Whether a text names something in S3, or what speaks it. */
export function isS3Url(url: string): boolean {
  return /^s3:\/\//i.test(url);
}

/**
 * What `s3://bucket/prefix` names. Keys are taken as they stand: `%20` is no space.
 *
 * @throws {DatasetError} `USAGE`, with nothing of a password that the URL holds
 */
export function parseS3Url(url: string): S3Location {
  const [, scheme = '', rest = ''] = /^([^:]*):\/\/(.*)$/s.exec(url) ?? [];
  if (scheme.toLowerCase() !== 's3') {
    throw usage(`${scheme}:// is no storage that can be written to`, INSTEAD[scheme.toLowerCase()]);
  }
  const [bucket = '', ...parts] = rest.split('/');
  if (bucket.includes('@')) {
    throw usage('an s3:// URL holds a name or a password before an @', CREDENTIALS);
  }
  if (/[?#]/.test(rest)) throw usage('an s3:// URL has a query (?) or a fragment (#)', SETTINGS);
  if (bucket === '') throw usage('an s3:// URL names no bucket');
  // Told without what stands there: with a colon in it, it may be a part of a password.
  if (bucket.includes(':'))
    throw usage('what follows s3:// is no name of a bucket, but has a port or a password', SETTINGS);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(bucket)) {
    throw usage(`${JSON.stringify(bucket)} is no name of a bucket`);
  }
  return { bucket, prefix: prefixOf(parts) };
}

const CREDENTIALS =
  'Give credentials as the tools of AWS take them: a profile (AWS_PROFILE), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
const SETTINGS = 'Give the address of the storage by AWS_ENDPOINT_URL, and its region by AWS_REGION.';

function prefixOf(parts: readonly string[]): string {
  const prefix = parts.join('/').replace(/^\/+|\/+$/g, '');
  // A folder of a copy on disk could not have such a name, and some servers take them for steps.
  if (prefix !== '' && prefix.split('/').some((part) => ['', '.', '..'].includes(part))) {
    throw usage('an s3:// URL has an empty part, . or .. in its prefix');
  }
  return prefix;
}

function usage(message: string, next?: string): DatasetError {
  return new DatasetError('USAGE', message, { expected: 's3://BUCKET/PREFIX, or a folder', next });
}
