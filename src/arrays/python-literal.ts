/** A value that stands in the head of an NPY file: a tuple or a list is an array here, a dict with keys of text is a map. */
export type Literal = string | number | boolean | Literal[] | Map<string, Literal>;

/** The smallest parts of a text: white space, a text in quotes, a number (`10L` in Python 2), a word, a sign. */
const TOKEN = /\s+|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(-?\d+)L?|([A-Za-z]+)|([{}()[\],:])/y;

/** How deep lists may lie in each other: what numpy writes of structures stays well below. */
const MOST_DEPTH = 32;

type Token = { sign: string } | { value: Literal };

/**
 * Reads what Python's `ast.literal_eval` would read of a text, as far as numpy writes it: a dict, tuples, texts, whole numbers,
 * `True` and `False`. Nothing of it is run.
 *
 * @returns `undefined` for any other text
 */
export function parseLiteral(text: string): Literal | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const reader = new LiteralReader(tokens);
  const value = reader.value(0);
  return reader.isAtEnd ? value : undefined;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, single, double, digits, word, sign] = match;
    const quoted = single ?? double;
    if (quoted !== undefined) tokens.push({ value: quoted });
    else if (digits !== undefined) tokens.push({ value: Number(digits) });
    else if (word === 'True' || word === 'False') tokens.push({ value: word === 'True' });
    else if (sign !== undefined) tokens.push({ sign });
    else if (word !== undefined) return undefined;
  }
  return tokens;
}

class LiteralReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  value(depth: number): Literal | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || depth > MOST_DEPTH) return undefined;
    this.#at++;
    if ('value' in token) return token.value;
    if (token.sign === '(') return this.#list(')', depth);
    if (token.sign === '[') return this.#list(']', depth);
    return token.sign === '{' ? this.#dict(depth) : undefined;
  }

  #list(end: string, depth: number): Literal[] | undefined {
    const values: Literal[] = [];
    while (!this.#takes(end)) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      values.push(value);
      if (!this.#takes(',') && !this.#sees(end)) return undefined;
    }
    return values;
  }

  #dict(depth: number): Map<string, Literal> | undefined {
    const fields = new Map<string, Literal>();
    while (!this.#takes('}')) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || fields.has(key) || !this.#takes(':')) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      fields.set(key, value);
      if (!this.#takes(',') && !this.#sees('}')) return undefined;
    }
    return fields;
  }

  #sees(sign: string): boolean {
    const token = this.#tokens[this.#at];
    return token !== undefined && 'sign' in token && token.sign === sign;
  }

  #takes(sign: string): boolean {
    const sees = this.#sees(sign);
    if (sees) this.#at++;
    return sees;
  }
}
