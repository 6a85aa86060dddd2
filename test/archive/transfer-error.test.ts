import { describe, expect, it } from 'vitest';
import { asDownloadError, asTransferError, TransferError } from '../../src/archive/transfer-error.js';

const URL_A = 'http://a.invalid/images.gz';
const URL_B = 'http://b.invalid/images.gz';

function thrown(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

describe('asTransferError', () => {
  it.each([
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9', 'connect ECONNREFUSED 127.0.0.1:9', true],
    ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN a.invalid', 'getaddrinfo EAI_AGAIN a.invalid', true],
    [
      'ECONNRESET',
      'Client network socket disconnected',
      'ECONNRESET: Client network socket disconnected',
      true,
    ],
    ['UND_ERR_BODY_TIMEOUT', 'Body Timeout Error', 'timed out: the response stopped coming', true],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND a.invalid', 'getaddrinfo ENOTFOUND a.invalid', false],
    ['CERT_HAS_EXPIRED', 'certificate has expired', 'CERT_HAS_EXPIRED: certificate has expired', false],
    [
      'UND_ERR_ABORTED',
      'Proxy response (503) !== 200 when HTTP Tunneling',
      'the proxy answered HTTP 503',
      true,
    ],
    [
      'UND_ERR_ABORTED',
      'Proxy response (407) !== 200 when HTTP Tunneling',
      'the proxy answered HTTP 407',
      false,
    ],
  ])('tells of %s: %s', (code, message, reason, passing) => {
    const cause = thrown(code, message);
    const error = asTransferError(cause, URL_A);
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', url: URL_A, message: reason, cause });
    expect(error.details.passing).toBe(passing);
  });

  it('looks into the errors of a name with several addresses', () => {
    const refused = thrown('ECONNREFUSED', 'connect ECONNREFUSED ::1:9');
    const error = asTransferError(new AggregateError([refused, refused], ''), URL_A);
    expect(error.message).toBe('connect ECONNREFUSED ::1:9');
    expect(error.details.passing).toBe(true);
  });

  it('takes what has no code, and what is no error', () => {
    expect(asTransferError(new Error(' not HTTP '), URL_A).message).toBe('not HTTP');
    expect(asTransferError('gone', URL_A).message).toBe('gone');
    expect(asTransferError(new AggregateError([], 'none'), URL_A).message).toBe('none');
  });

  it('leaves a TransferError as it is', () => {
    const error = new TransferError('ARCHIVE_SIZE', URL_A, 'short');
    expect(asTransferError(error, URL_B)).toBe(error);
  });
});

describe('asDownloadError', () => {
  const refused = new TransferError('DOWNLOAD_FAILED', URL_A, 'HTTP 500', { passing: true });
  refused.attempts = 3;
  const short = new TransferError('ARCHIVE_SIZE', URL_A, 'it is short', {
    expected: '5 bytes',
    found: '4 bytes',
  });
  const other = new TransferError('ARCHIVE_CHECKSUM', URL_B, 'it is another', {
    expected: 'sha256 e',
    found: 'sha256 f',
  });

  it('names the URL, the reason, the tries and both ways on', () => {
    const error = asDownloadError('images.gz', [refused]);
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toBe(`cannot download ${URL_A}: HTTP 500 (tried 3 times)`);
    expect(error.next).toContain('--archives DIR');
    expect(error.next).toContain('--dataset digits');
    expect(error.cause).toBe(refused);
  });

  it('says what was expected and found', () => {
    const error = asDownloadError('images.gz', [short]);
    expect(error).toMatchObject({ code: 'ARCHIVE_SIZE', expected: '5 bytes', found: '4 bytes' });
    expect(error.message).toBe(`cannot download ${URL_A}: it is short`);
  });

  it('tells what each of several URLs did', () => {
    const error = asDownloadError('images.gz', [refused, other]);
    expect(error.message).toBe(
      `cannot download images.gz from any of 2 URLs: ${URL_A}: HTTP 500 (tried 3 times); ${URL_B}: it is another`,
    );
    expect(error).toMatchObject({ expected: 'sha256 e', found: 'sha256 f' });
  });

  it('is an integrity error only when every URL gave other content', () => {
    expect(asDownloadError('images.gz', [short, other]).code).toBe('ARCHIVE_SIZE');
    expect(asDownloadError('images.gz', [other, short]).code).toBe('ARCHIVE_CHECKSUM');
    expect(asDownloadError('images.gz', [other, refused]).code).toBe('DOWNLOAD_FAILED');
    expect(asDownloadError('images.gz', [short, other]).found).toBe('4 bytes; sha256 f');
  });

  it('says so when there is no URL', () => {
    const error = asDownloadError('images.gz', []);
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', message: 'no URL is known for images.gz' });
    expect(error.next).toContain('--archives DIR');
  });
});
