import { DatasetError } from '../errors.js';

/** What a text says of class names; `form` where it is more than one name a line. */
interface Names {
  names: string[];
  form?: string | undefined;
}

/** A name with its label. */
type Numbered = readonly [label: number, name: string];

/**
 * The names in a text, the first for label 0. It has one a line, or it is a mapping, as data sets come with them: taken for names as it
 * stands, `0 48` would be what a class is called.
 *
 * - EMNIST's mapping, `0 48`: a label and the code of its character.
 * - Numbered names, `0,T-shirt`, `0: T-shirt`, `0 T-shirt`, or `T-shirt,0`, with or without a heading (`label,name`, `names:`).
 * - JSON: a list of names, or an object of names by label (`id2label`), or of labels by name (`label2id`).
 *
 * @param path the file, for messages
 * @throws {DatasetError} `CLASS_NAMES` for a mapping in which label 0 has no name, or that leaves others out
 */
export function namesOf(text: string, path: string): Names {
  if (/^\s*(\{|\[\s*["{[\]])/.test(text)) return ofJson(text, path);
  const lines = text.split('\n').map((line) => line.trim());
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0)
    throw refused(path, 'has no class name', { expected: 'one name a line', found: 'an empty file' });
  return ofCodes(lines, path) ?? ofNumbers(lines, path) ?? { names: lines };
}

/** EMNIST's files: a label, then one code of a character, or those of a capital and a small letter that are one class. */
function ofCodes(lines: readonly string[], path: string): Names | undefined {
  if (!lines.every((line) => /^\d+(\s+\d+){1,2}$/.test(line))) return undefined;
  const numbered = lines.map((line): Numbered => {
    const [label = 0, ...codes] = line.split(/\s+/).map(Number);
    return [label, codes.map((code) => characterOf(code, path)).join('/')];
  });
  return { names: inOrder(numbered, path), form: 'labels with codes of characters' };
}

function characterOf(code: number, path: string): string {
  const character = code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
  throw refused(path, 'has lines of numbers that are no names', {
    expected: 'one name a line, or a label and the code of its character, as in EMNIST: 10 65',
    found: `${code}, the code of no character that can be seen`,
  });
}

/** What stands between a label and its name; a space alone only behind the label, since `class 0` is a name as good as another. */
const FORMS = [
  { line: /^(?<label>\d+)(\s*[,;:=]\s*|\s+)(?<name>.+)$/, form: 'numbered names' },
  { line: /^(?<name>.+?)\s*[,;:=\t]\s*(?<label>\d+)$/, form: 'names with their labels' },
];

function ofNumbers(lines: readonly string[], path: string): Names | undefined {
  for (const { line: pattern, form } of FORMS) {
    for (const rows of [lines, lines.slice(1)]) {
      const numbered = rows.flatMap((line) => numberedBy(pattern, line));
      if (rows.length < 2 || numbered.length < rows.length) continue;
      // Names may begin with numbers: 1 Euro, 2 Euro, 5 Euro. Labels go on without a gap.
      const labels = numbered.map(([label]) => label).sort((a, b) => a - b);
      const [least = 0] = labels;
      if (least > 1 || labels.some((label, at) => label !== at + least)) continue;
      return { names: inOrder(numbered, path), form };
    }
  }
  return undefined;
}

function numberedBy(pattern: RegExp, line: string): Numbered[] {
  const { label, name } = pattern.exec(line)?.groups ?? {};
  return label === undefined || name === undefined ? [] : [[Number(label), unquoted(name.trim())]];
}

function unquoted(name: string): string {
  const [, double, single] = /^(?:"((?:[^"]|"")*)"|'([^']*)'),?$/.exec(name) ?? [];
  return (double?.replaceAll('""', '"') ?? single ?? name).trim();
}

function ofJson(text: string, path: string): Names {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refused(path, 'begins as JSON and is none', {
      expected: 'JSON, or one name a line',
      found: error instanceof Error ? error.message : undefined,
    });
  }
  if (Array.isArray(value)) {
    const names = value.filter((name) => typeof name === 'string').map((name) => name.trim());
    if (names.length === value.length && names.length > 0) return { names, form: 'names as JSON' };
    throw refused(path, 'is JSON without class names', {
      expected: 'a list of names',
      found: names.length === 0 ? 'none' : 'other values among them',
    });
  }
  const object = new Map(Object.entries(fieldsOf(value)));
  const mapping = fieldsOf(object.get('id2label') ?? object.get('label2id') ?? value);
  const numbered = Object.entries(mapping).flatMap(([key, of]): Numbered[] => {
    if (/^\d+$/.test(key) && typeof of === 'string') return [[Number(key), of.trim()]];
    return typeof of === 'number' ? [[of, key.trim()]] : [];
  });
  if (numbered.length > 0 && numbered.length === Object.keys(mapping).length)
    return { names: inOrder(numbered, path), form: 'names as JSON' };
  throw refused(path, 'is JSON without class names', {
    expected: 'a list of names, or an object of names by label',
    found: `an object with ${[...object.keys()].slice(0, 3).join(', ') || 'nothing'}`,
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Names in the order of their labels, of which there must be all from 0 on. */
function inOrder(numbered: readonly Numbered[], path: string): string[] {
  const names = new Map(numbered);
  const labels = [...names.keys()].sort((a, b) => a - b);
  if (names.size < numbered.length)
    throw refused(path, 'names a label twice', {
      expected: 'each label once',
      found: `${numbered.length} names for ${names.size} labels`,
    });
  const missing = labels.findIndex((label, at) => label !== at);
  if (missing === -1) return labels.map((label) => names.get(label) ?? '');
  const [first] = labels;
  throw refused(path, `has no name for label ${missing}`, {
    expected: 'a name for each label from 0 on',
    found: missing === 0 ? `labels from ${first} on` : `none for label ${missing}`,
  });
}

function refused(
  path: string,
  what: string,
  { expected, found }: { expected: string; found: string | undefined },
): DatasetError {
  return new DatasetError('CLASS_NAMES', `${path} ${what}`, {
    expected,
    found,
    next: 'Write one name a line, the first for label 0, or a JSON list; or leave --class-names out: classes are counted then.',
  });
}
