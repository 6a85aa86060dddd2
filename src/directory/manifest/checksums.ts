import { fault } from '../../errors.js';

/** Name of the checksums' file in a data set's directory; TFDS does not look at it. */
export const CHECKSUMS_FILE = 'SHA256SUMS';

/** The form that `sha256sum -c` reads: digest, two spaces, file name; in the order of names. */
export function checksumsText(digests: ReadonlyMap<string, string>): string {
  const lines = Array.from(digests, ([file, sha256]) => ({ file, line: `${sha256}  ${file}\n` }));
  lines.sort((a, b) => (a.file < b.file ? -1 : 1));
  return lines.map(({ line }) => line).join('');
}

/**
 * The checksums in a text of {@link checksumsText}, by their files.
 *
 * @throws {DatasetError} `MANIFEST_INVALID` where a line has another form
 */
export function checksumsIn(text: string): Map<string, string> {
  const lines = text.split('\n').slice(0, -1);
  const digests = new Map(
    lines.flatMap((line) => {
      const [, digest, file] = /^([0-9a-f]{64}) {2}([^/]+)$/.exec(line) ?? [];
      return digest === undefined || file === undefined ? [] : [[file, digest] as const];
    }),
  );
  if (digests.size === lines.length && text.endsWith('\n')) return digests;
  throw fault(
    'MANIFEST_INVALID',
    `${CHECKSUMS_FILE} has a line of another form, or its last line is not ended`,
    { expected: '64 hexadecimal digits, two spaces, a file name' },
  );
}
