/** A value that JSON can hold; fields that are `undefined` are left out. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * JSON as Python's `json.dumps(value, sort_keys=True, indent=indent)` spells it: keys in order, `\uXXXX` for everything
 * outside printable ASCII, no newline at the end. Numbers must be integers: Python spells others otherwise.
 */
export function pythonJson(value: Json, indent: number): string {
  return write(value, ' '.repeat(indent), '\n');
}

/** `JSON.stringify` would do, but that it puts keys such as `10` first, whatever order they were given in. */
function write(value: Json, indent: string, newline: string): string {
  if (typeof value !== 'object' || value === null) return writeScalar(value);
  const inner = newline + indent;
  if (isArray(value)) {
    const members = value.map((member) => write(member, indent, inner));
    return members.length === 0 ? '[]' : `[${inner}${members.join(`,${inner}`)}${newline}]`;
  }
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, member]) =>
      member === undefined ? [] : `${writeScalar(key)}: ${write(member, indent, inner)}`,
    );
  return members.length === 0 ? '{}' : `{${inner}${members.join(`,${inner}`)}${newline}}`;
}

function writeScalar(value: string | number | boolean | null): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escapeCodeUnit);
}

function escapeCodeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
