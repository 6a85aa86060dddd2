import { type DatasetDefinition, datasetId } from '../../dataset/definition.js';
import { FORMAT_NAMES, type FormatName, isReadByTfds, shardTemplate } from '../../formats/formats.js';
import { shardFileName } from '../../plan/filename.js';
import { hasTensorExtension, samplesPerRow, type TableLayout } from '../../rows/table.js';
import type { SplitInfo } from './dataset-info.js';
import { dedent } from './dedent.js';

/**
 * The card of a data set: with it, its directory is a repository that the Hugging Face hub shows and `load_dataset` of
 * Hugging Face datasets opens. Between the lines `---` stands what datasets reads (`datasets/utils/metadata.py`,
 * `datasets/info.py`), as YAML; behind them what people read. TFDS does not look at it.
 */
export const CARD_FILE = 'README.md';

/** What a card tells of. */
export interface CardContent {
  definition: DatasetDefinition;
  /** In the order of the manifest. */
  splits: readonly SplitInfo[];
  formats: readonly FormatName[];
  table: TableLayout;
}

/** The text of a card; the order of the formats does not matter. */
export function cardText(given: CardContent): string {
  const content = { ...given, formats: FORMAT_NAMES.filter((format) => given.formats.includes(format)) };
  return `---\n${frontMatter(content).join('\n')}\n---\n\n${body(content)}`;
}

/** The license that a card names, where it names one. */
export function licenseIn(card: string): string | undefined {
  return /^license: "([a-z0-9.+-]+)"$/m.exec(card)?.[1];
}

/** The note on a card, where there is one: the first, for a description may have such lines, and stands behind it. */
export function noteIn(card: string): string | undefined {
  return /^\*\*Note:\*\* (.+)$/m.exec(card)?.[1];
}

/**
 * Which format `load_dataset` is to open: none where there are no columns, or the tensors are of a type that no version of
 * datasets knows.
 */
function loadedFormat({ formats, table }: CardContent): FormatName | undefined {
  if (hasTensorExtension(table)) return undefined;
  return (['parquet', 'arrow'] as const).find((format) => formats.includes(format));
}

/**
 * The name of a split in datasets, whose names are words (`datasets/splits.py`: `_split_re`): what is no part of a word
 * becomes `_`, and one more where that is another split's name.
 */
function loadedNames(splits: readonly SplitInfo[]): string[] {
  const taken = new Set(splits.map(({ name }) => name));
  return splits.map(({ name }) => {
    let word = name.replaceAll('-', '_');
    while (word !== name && taken.has(word)) word += '_';
    taken.add(word);
    return word;
  });
}

function frontMatter(content: CardContent): string[] {
  const { definition, splits, table } = content;
  const { license, prettyName } = definition;
  const rows = splits.map(({ shardLengths }) => sum(shardLengths));
  const isClassified = definition.image !== undefined && definition.label !== undefined;
  const format = loadedFormat(content);
  return [
    ...(license === undefined ? [] : [`license: ${quoted(license)}`]),
    ...(prettyName === undefined ? [] : [`pretty_name: ${quoted(prettyName)}`]),
    ...(isClassified ? ['task_categories:', '- image-classification'] : []),
    'size_categories:',
    `- ${sizeCategory(sum(rows))}`,
    ...(format === undefined ? [] : [...configs(content, format), ...datasetInfo(splits, rows, table)]),
  ];
}

/** Which files are which split's. Without it, datasets guesses by words in their names. */
function configs({ definition, splits }: CardContent, format: FormatName): string[] {
  const names = loadedNames(splits);
  const files = splits.flatMap((split, at) => [
    `  - split: ${quoted(names[at] ?? split.name)}`,
    `    path: ${quoted(shardPattern(definition.name, split, format))}`,
  ]);
  return ['configs:', '- config_name: default', '  data_files:', ...files];
}

/** A pattern that the names of a split's shards have, and no other split's: `?` is one character. */
function shardPattern(dataset: string, { name, shardLengths }: SplitInfo, format: FormatName): string {
  const shards = shardLengths.length;
  const shard = { dataset, split: name, format, shard: 0, shards };
  const first = shardFileName(shard, shardTemplate(format));
  return shards === 1 ? first : first.replace(/-0+(-of-)/, (zeros) => `${zeros.replaceAll('0', '?')}`);
}

/** Features, and how large the splits are: `num_bytes` is that of their Examples, as the manifest has it. */
function datasetInfo(splits: readonly SplitInfo[], rows: readonly number[], table: TableLayout): string[] {
  const names = loadedNames(splits);
  return [
    'dataset_info:',
    '  features:',
    ...features(table).map((line) => `  ${line}`),
    '  splits:',
    ...splits.flatMap(({ numBytes }, at) => [
      `  - name: ${quoted(names[at] ?? '')}`,
      `    num_bytes: ${numBytes}`,
      `    num_examples: ${rows[at]}`,
    ]),
    `  dataset_size: ${sum(splits.map(({ numBytes }) => numBytes))}`,
  ];
}

/** The features as `tableMetadata` describes them, in the form that datasets has for YAML. */
function features(table: TableLayout): string[] {
  const { columns, classNames } = table;
  const named = (name: string | undefined, lines: readonly string[]): string[] =>
    name === undefined ? [] : [`- name: ${quoted(name)}`, ...lines.map((line) => `  ${line}`)];
  const names = classNames?.map((name, label) => `      '${label}': ${quoted(name)}`);
  return [
    ...named(columns.image, inputFeature(table)),
    ...named(
      columns.label,
      names === undefined ? ['dtype: int64'] : ['dtype:', '  class_label:', '    names:', ...names],
    ),
    ...named(columns.index, ['dtype: int64']),
  ];
}

function inputFeature(table: TableLayout): string[] {
  if (table.image === 'png') return ['dtype: image'];
  if (table.shape.length === 0) return [`dtype: ${table.dtype}`];
  return [`sequence: ${table.dtype}`, `length: ${samplesPerRow(table)}`];
}

/** The hub's classes of sizes, by rows. */
function sizeCategory(rows: number): string {
  const names = ['1K', '10K', '100K', '1M', '10M', '100M', '1B', '10B', '100B', '1T'];
  const at = names.findIndex((_, power) => rows < 10 ** (power + 3));
  return at === 0 ? 'n<1K' : `${names[at - 1]}<n<${names[at]}`;
}

/**
 * A text in YAML's double quotes, which take what JSON's have. What YAML does not take for printable is escaped, other
 * characters than ASCII's are not: some readers of YAML do not join two halves of one that are escaped.
 */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function body(content: CardContent): string {
  const { definition, splits } = content;
  const { version, description, homepage, citation, note } = definition;
  const rows = splits.map(
    ({ name, shardLengths }) => `| ${name} | ${sum(shardLengths)} | ${shardLengths.length} |`,
  );
  const parts = [
    `# ${definition.prettyName ?? datasetId(definition)}`,
    ...(note === undefined ? [] : [`**Note:** ${note}`]),
    dedent(description) ?? '',
    ...(homepage === undefined ? [] : [`Homepage: <${homepage}>`]),
    ['| split | rows | shards |', '|---|---|---|', ...rows].join('\n'),
    `This is \`${datasetId(definition)}\` ${version}, prepared by idx-shards as ${formatsText(content)}. ${tfdsText(content)} ${datasetsText(content)} ` +
      '`SHA256SUMS` has the checksum of every file.',
    ...(citation === undefined ? [] : [`\`\`\`bibtex\n${dedent(citation)}\n\`\`\``]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function formatsText({ formats }: CardContent): string {
  const names = formats.join(', ');
  return formats.length === 1 ? names : `${names}, the same rows in the same order in each`;
}

/** Whether TFDS reads the directory, and how. */
function tfdsText({ formats }: CardContent): string {
  if (isReadByTfds(formats)) return 'TensorFlow Datasets reads it: `tfds.builder_from_directory(DIR)`.';
  return 'TensorFlow Datasets cannot read it: it has neither TFRecord nor array_record shards.';
}

/** Whether Hugging Face datasets opens the directory, and what its splits are called there. */
function datasetsText(content: CardContent): string {
  const format = loadedFormat(content);
  if (format === undefined) return 'Hugging Face datasets cannot open it as it is.';
  const names = loadedNames(content.splits);
  const others = content.splits.flatMap(({ name }, at) =>
    names[at] === name ? [] : [`\`${name}\` is \`${names[at]}\``],
  );
  const renamed = others.length === 0 ? '' : ` There ${others.join(', ')}.`;
  return `Hugging Face datasets opens its ${format} shards: \`load_dataset(DIR)\`.${renamed}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
