import * as v from 'valibot';
import { DatasetError } from '../errors.js';
import { MISSING } from './split-definition.js';

/** What is wrong with a field of a definition. */
export interface Fault {
  /** The whole fault, as a part of the message. */
  text: string;
  expected: string;
  found: string;
}

/** The error for a definition with these faults, of which there is one at least. */
export function invalidDefinition(where: string, faults: readonly Fault[]): DatasetError {
  return new DatasetError(
    'DEFINITION_INVALID',
    `${where} is not a definition: ${faults.map(({ text }) => text).join('; ')}`,
    {
      expected: faults[0]?.expected,
      found: faults[0]?.found,
      next: 'Mend the definition; config/mnist.json is one to go by.',
    },
  );
}

/** An issue that a schema raised, in the words of definitions. */
export function faultOf(issue: v.BaseIssue<unknown>): Fault {
  const path = v.getDotPath(issue);
  const field = path === null ? 'it' : `\`${path}\``;
  const found = issue.received;
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return {
      text: `${field} is not a field of a definition`,
      expected: 'known fields only',
      found: field,
    };
  }
  if ((isObject(issue.type) && found === 'undefined') || issue.message === MISSING) {
    return { text: `${field} ${MISSING}`, expected: field, found: 'nothing' };
  }
  if (issue.kind === 'schema') {
    const expected = issue.expected ?? 'another type';
    return { text: `${field} must be ${expected}, not ${found}`, expected, found };
  }
  return { text: `${field} ${issue.message}`, expected: issue.message, found: foundText(issue.input, found) };
}

/** A value that a rule refused, as it stands there; of a list the names in it; else what the schema calls it. */
function foundText(input: unknown, otherwise: string): string {
  if (typeof input === 'string') return JSON.stringify(input);
  if (!Array.isArray(input) || input.length === 0) return otherwise;
  const names = input.flatMap((entry: unknown) => {
    const name = isNamed(entry) ? entry.name : entry;
    return typeof name === 'string' ? JSON.stringify(name) : [];
  });
  return names.length === input.length ? names.join(', ') : otherwise;
}

function isNamed(entry: unknown): entry is { name: unknown } {
  return typeof entry === 'object' && entry !== null && 'name' in entry;
}

function isObject(type: string): boolean {
  return type === 'strict_object' || type === 'loose_object';
}
