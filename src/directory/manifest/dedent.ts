/**
 * A text as TFDS keeps it (`utils.dedent`): without the indentation that all of its lines share, as Python's `textwrap.dedent`
 * takes it away, and without white space around it. One that is empty then counts as none.
 */
export function dedent(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => (/^[ \t]*$/.test(line) ? '' : line));
  const indents = lines.filter((line) => line !== '').map((line) => /^[ \t]*/.exec(line)?.[0] ?? '');
  const margin = indents.reduce((shared, indent) => sharedStart(shared, indent), indents[0] ?? '');
  const dedented = lines.map((line) => (line === '' ? line : line.slice(margin.length))).join('\n');
  return dedented.trim() || undefined;
}

function sharedStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
