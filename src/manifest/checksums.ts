/** Name of the checksums' file in a data set's directory; TFDS does not look at it. */
export const CHECKSUMS_FILE = 'SHA256SUMS';

/** The form that `sha256sum -c` reads: digest, two spaces, file name; in the order of names. */
export function checksumsText(digests: ReadonlyMap<string, string>): string {
  const lines = Array.from(digests, ([file, sha256]) => ({ file, line: `${sha256}  ${file}\n` }));
  lines.sort((a, b) => (a.file < b.file ? -1 : 1));
  return lines.map(({ line }) => line).join('');
}

/** The files that a text of {@link checksumsText} names, or `undefined` where a line has another form. */
export function checksummedFiles(text: string): string[] | undefined {
  const lines = text.split('\n').slice(0, -1);
  const files = lines.flatMap((line) => /^[0-9a-f]{64} {2}([^/]+)$/.exec(line)?.[1] ?? []);
  return files.length === lines.length && text.endsWith('\n') ? files : undefined;
}
