import * as v from 'valibot';
import {
  areDifferent,
  configName,
  type DatasetDefinition,
  DIFFERENT,
  parseDefinition,
} from './definition.js';
import { type Fault, faultOf, invalidDefinition } from './faults.js';
import { archiveFile, text } from './split-definition.js';

const config = v.pipe(
  v.looseObject({ name: configName, description: v.optional(text) }),
  v.check(
    (entry) => !('config' in entry || 'defaultConfig' in entry),
    'must not have config or defaultConfig: it is a config itself',
  ),
);

/** What a file may have beside the fields of a definition, which are checked once this is resolved. */
const schema = v.pipe(
  v.looseObject({
    archives: v.optional(v.record(text, archiveFile)),
    configs: v.optional(
      v.pipe(
        v.array(config),
        v.minLength(1, 'must name one config at least'),
        v.check((configs) => areDifferent(configs.map(({ name }) => name)), DIFFERENT),
      ),
    ),
    defaultConfig: v.optional(configName),
  }),
  v.check((file) => !('configs' in file && 'config' in file), 'must not have both config and configs'),
  v.check(
    ({ configs, defaultConfig }) =>
      configs === undefined ||
      defaultConfig === undefined ||
      configs.some(({ name }) => name === defaultConfig),
    'must have its defaultConfig among its configs',
  ),
);

type DefinitionFile = v.InferOutput<typeof schema>;
type Archives = NonNullable<DefinitionFile['archives']>;

/**
 * Checks the content of a definition's file, and gives a definition for each of its configs, or the one that it is.
 *
 * A file may have `configs`: each is the file's own fields with its own in their place, but for its `name` and its
 * `description`, which are the config's. It may have `archives`, a table of files by keys of its own choice: an archive
 * of a split is then `{ archive, member }`, a member of the file with that key.
 *
 * @param value parsed JSON
 * @param where the file it came from, for the message
 * @throws {DatasetError} `DEFINITION_INVALID`, naming every field that is missing, unknown or wrong
 */
export function parseDefinitions(value: unknown, where: string): DatasetDefinition[] {
  const result = v.safeParse(schema, value);
  if (!result.success) throw invalidDefinition(where, result.issues.map(faultOf));
  const { archives = {} } = result.output;
  return flatten(result.output).map(({ suffix, fields }) => {
    const faults: Fault[] = [];
    if ('splits' in fields) fields['splits'] = withArchives(fields['splits'], archives, faults);
    if (faults.length > 0) throw invalidDefinition(where + suffix, faults);
    return parseDefinition(fields, where + suffix);
  });
}

/**
 * The definition of one config, by its name, or the default one.
 *
 * @param definitions what {@link parseDefinitions} gave of one file
 */
export function inConfig(
  definitions: readonly DatasetDefinition[],
  config: string | undefined,
): DatasetDefinition | undefined {
  const [first] = definitions;
  if (config === undefined && definitions.length === 1) return first;
  const name = config ?? first?.defaultConfig;
  return definitions.find((definition) => definition.config?.name === name);
}

interface Flat {
  /** Says in messages which config is meant. */
  suffix: string;
  fields: Record<string, unknown>;
}

function flatten({ archives: _, configs, ...shared }: DefinitionFile): Flat[] {
  if (configs === undefined) return [{ suffix: '', fields: shared }];
  const defaultConfig = shared.defaultConfig ?? configs[0]?.name;
  return configs.map(({ name, description, ...own }) => {
    const config = description === undefined ? { name } : { name, description };
    return { suffix: `, config ${name},`, fields: { ...shared, ...own, config, defaultConfig } };
  });
}

/** Puts the files of the table in the place of the keys that name them; all else is left to the definition's own schema. */
function withArchives(splits: unknown, archives: Archives, faults: Fault[]): unknown {
  const resolve = (list: unknown, path: string): unknown => {
    if (!Array.isArray(list)) return list;
    return list.map((entry: unknown, at) => {
      if (!isRecord(entry)) return entry;
      const resolved = { ...entry };
      const own = `${path}.${at}`;
      for (const field of ['images', 'labels'])
        if (field in entry) resolved[field] = archiveOf(entry[field], `${own}.${field}`, archives, faults);
      if ('parts' in entry) resolved['parts'] = resolve(entry['parts'], `${own}.parts`);
      return resolved;
    });
  };
  return resolve(splits, 'splits');
}

function archiveOf(value: unknown, path: string, archives: Archives, faults: Fault[]): unknown {
  if (!isRecord(value) || !('archive' in value)) return value;
  const { archive: key, ...rest } = value;
  if (Object.keys(rest).some((field) => field !== 'member' && field !== 'column')) return value;
  const known = Object.keys(archives);
  if (typeof key === 'string' && known.includes(key)) return { ...archives[key], ...rest };
  const expected = known.length === 0 ? 'an archive of the table `archives`' : known.join(', ');
  const found = JSON.stringify(key);
  faults.push({ text: `\`${path}.archive\` must be one of \`archives\`, not ${found}`, expected, found });
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
