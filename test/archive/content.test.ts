import { describe, expect, it } from 'vitest';
import { Content } from '../../src/archive/content.js';
import { BYTES, sha256 } from './loopback.js';

function contentOf(...chunks: (string | Uint8Array)[]): Content {
  const content = new Content();
  for (const chunk of chunks) content.update(Buffer.from(chunk));
  return content;
}

describe('Content', () => {
  it('counts and hashes what comes, however it is cut', () => {
    const content = contentOf(
      BYTES.subarray(0, 1),
      BYTES.subarray(1, 1000),
      BYTES.subarray(1000, 1000),
      BYTES.subarray(1000),
    );
    expect(content.bytes).toBe(BYTES.length);
    expect(content.sha256()).toBe(sha256(BYTES));
  });

  it.each([
    '<!doctype html><title>Log in</title>',
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">',
    '\n\t <html lang="en">',
    '<HTML>',
    '\ufeff<!doctype html>',
  ])('knows a page by its beginning: %j', (text) => {
    expect(contentOf(text).isPage(undefined)).toBe(true);
    expect(contentOf(...text).isPage('application/gzip')).toBe(true);
  });

  it('knows a page by its type', () => {
    expect(contentOf('Not Found').isPage('text/html; charset=utf-8')).toBe(true);
    expect(contentOf('Not Found').isPage('Application/XHTML+xml')).toBe(true);
  });

  it('takes nothing else for a page', () => {
    for (const bytes of [BYTES, '<?xml version="1.0"?>', 'see <html>', '<htmlx>', '']) {
      expect(contentOf(bytes).isPage('application/octet-stream')).toBe(false);
      expect(contentOf(bytes).isPage(undefined)).toBe(false);
    }
  });
});
