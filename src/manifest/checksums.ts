/** Name of the checksums' file in a data set's directory; TFDS does not look at it. */
export const CHECKSUMS_FILE = 'SHA256SUMS';

/** The form that `sha256sum -c` reads: digest, two spaces, file name; in the order of names. */
export function checksumsText(digests: ReadonlyMap<string, string>): string {
  const lines = Array.from(digests, ([file, sha256]) => ({ file, line: `${sha256}  ${file}\n` }));
  lines.sort((a, b) => (a.file < b.file ? -1 : 1));
  return lines.map(({ line }) => line).join('');
}

/** The checksums in a text of {@link checksumsText} by their files, or `undefined` where a line has another form. */
export function checksumsOf(text: string): Map<string, string> | undefined {
  const lines = text.split('\n').slice(0, -1);
  const digests = new Map(
    lines.flatMap((line) => {
      const [, digest, file] = /^([0-9a-f]{64}) {2}([^/]+)$/.exec(line) ?? [];
      return digest === undefined || file === undefined ? [] : [[file, digest] as const];
    }),
  );
  return digests.size === lines.length && text.endsWith('\n') ? digests : undefined;
}

/** The files that a text of {@link checksumsText} names, or `undefined` where a line has another form. */
export function checksummedFiles(text: string): string[] | undefined {
  const digests = checksumsOf(text);
  return digests === undefined ? undefined : [...digests.keys()];
}
