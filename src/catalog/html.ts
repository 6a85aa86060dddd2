/** Text that is HTML already. */
export class Html {
  /** @param text nothing in it is escaped any more */
  constructor(readonly text: string) {}
}

/** What may stand in a template: text, which is escaped; HTML, which is not; lists of both; nothing. */
export type Child = string | number | Html | undefined | readonly Child[];

/** HTML of a template: everything put into it is escaped, within tags' values too where these stand in double quotes. */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Html {
  return new Html(strings.reduce((text, part, at) => text + textOf(children[at - 1]) + part));
}

function textOf(child: Child): string {
  if (child === undefined) return '';
  if (child instanceof Html) return child.text;
  if (typeof child === 'string') return escapeHtml(child);
  if (typeof child === 'number') return String(child);
  return child.map(textOf).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text that is shown as it is, in HTML, SVG and XML: without the characters that XML has not. */
export function escapeHtml(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}
