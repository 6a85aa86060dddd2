import { DatasetError } from '../errors.js';
import { damagedObject, unsafeStorage } from './object-errors.js';
import { failureOf, isChecksumMismatch, type S3Failure } from './s3-failure.js';

/** Where a request went that failed. */
export interface RequestPlace {
  /** `s3://bucket/prefix` */
  url: string;
  bucket: string;
  /** Address of a storage that is not of AWS. */
  endpoint: URL | undefined;
  /** What was under way, to follow the word "while": `reading s3://bucket/key`. */
  doing: string;
}

/** What is told of failures of these names, in place of the storage's own words, which may hold parts of credentials. */
type Told = (place: RequestPlace, failure: S3Failure) => { message: string; next: string };

const RENEW =
  'Renew them (aws sso login, aws configure, or a new AWS_SESSION_TOKEN), then run the same command again: it goes on where it ended.';

const expired: Told = () => ({ message: 'the credentials for the storage have expired', next: RENEW });
const wrongKeys: Told = () => ({
  message: 'the storage does not know these credentials',
  next: 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile (AWS_PROFILE), and that AWS_ENDPOINT_URL names the storage that they are for.',
});
const denied: Told = ({ bucket }) => ({
  message: `the storage denies access to bucket ${bucket}`,
  next: `These credentials need s3:ListBucket of the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject of its objects.`,
});
const noCredentials: Told = (_place, { message }) =>
  /expired|refresh/i.test(message)
    ? { message: 'the credentials for the storage have expired', next: RENEW }
    : {
        message: 'no credentials were found for s3://',
        next: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run aws configure.',
      };
const noBucket: Told = ({ bucket, endpoint }) => ({
  message: `there is no bucket ${bucket} at ${endpoint?.host ?? 'AWS'}`,
  next:
    endpoint === undefined
      ? 'Check its name, or make it: aws s3 mb.'
      : 'Check its name and AWS_ENDPOINT_URL, or make it.',
});
const elsewhere: Told = ({ bucket }, { region }) => ({
  message: `bucket ${bucket} is in another region`,
  next: region === undefined ? 'Set AWS_REGION to the region of the bucket.' : `Set AWS_REGION=${region}.`,
});
const unreachable: Told = ({ endpoint }, { name }) => ({
  message: `the storage cannot be reached at ${endpoint?.host ?? 'AWS'} (${name})`,
  next: 'Check the network, and AWS_ENDPOINT_URL and AWS_REGION, then run the same command again: it goes on where it ended.',
});
const untrusted: Told = ({ endpoint }, { name }) => ({
  message: `the certificate of ${endpoint?.host ?? 'AWS'} is not trusted (${name})`,
  next: 'Name a file with the certificate of the authority that signed it by NODE_EXTRA_CA_CERTS or AWS_CA_BUNDLE.',
});
const wrongClock: Told = () => ({
  message: 'the clock of this machine differs from that of the storage',
  next: 'Set the clock of this machine.',
});

const TOLD: Readonly<Record<string, Told>> = {
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  TokenRefreshRequired: expired,
  RequestExpired: expired,
  InvalidAccessKeyId: wrongKeys,
  SignatureDoesNotMatch: wrongKeys,
  InvalidToken: wrongKeys,
  InvalidClientTokenId: wrongKeys,
  AccessDenied: denied,
  AllAccessDisabled: denied,
  AccountProblem: denied,
  CredentialsProviderError: noCredentials,
  TokenProviderError: noCredentials,
  NoSuchBucket: noBucket,
  InvalidBucketName: noBucket,
  PermanentRedirect: elsewhere,
  TemporaryRedirect: elsewhere,
  AuthorizationHeaderMalformed: elsewhere,
  IllegalLocationConstraintException: elsewhere,
  RequestTimeTooSkewed: wrongClock,
  TimeoutError: unreachable,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: untrusted,
  CERT_UNTRUSTED: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
};

/** Names of the system for a connection that cannot be made. */
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|EPROTO|ERR_SSL)/;

/**
 * What the client threw, after tries enough, as one of our errors. The client's error is not kept in it: it holds the request, with parts of the
 * credentials.
 */
export function asStorageError(thrown: unknown, place: RequestPlace): DatasetError {
  if (thrown instanceof DatasetError) return thrown;
  const failure = failureOf(thrown);
  const { name, status } = failure;
  if (isChecksumMismatch(failure))
    return damagedObject(place.doing, 'brought other bytes than the storage took in');
  if (name === 'NotImplemented' || status === 501) {
    return unsafeStorage(
      place.url,
      `it does not know a request that is needed while ${place.doing}`,
      'Take another storage.',
    );
  }
  const told = TOLD[name] ?? byStatus(status) ?? (UNREACHABLE.test(name) ? unreachable : undefined);
  if (told === undefined) return unknown(failure, place);
  const { message, next } = told(place, failure);
  const found = status === undefined ? name : `${name} (HTTP ${status})`;
  return new DatasetError('STORAGE', `${message}, while ${place.doing}`, { found, next });
}

/** What HEAD is answered with has no name. */
function byStatus(status: number | undefined): Told | undefined {
  if (status === 301 || status === 307) return elsewhere;
  return status === 401 || status === 403 ? denied : undefined;
}

function unknown({ name, message, status }: S3Failure, { doing }: RequestPlace): DatasetError {
  const answer = status === undefined ? '' : ` with HTTP ${status}`;
  return new DatasetError('STORAGE', `the storage failed${answer} while ${doing}`, {
    found: message === '' || message === name ? name : `${name}: ${message.slice(0, 300)}`,
    next: 'Run the same command again: it goes on where it ended.',
  });
}
