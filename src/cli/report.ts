import { archiveBytes, type DatasetDefinition, datasetId, featuresOf } from '../dataset/definition.js';
import { isLarge } from '../dataset/registry.js';
import type { JobPlan } from '../engine/job-plan.js';
import { type FormatName, isReadByTfds } from '../formats/formats.js';
import { formatBytes, formatCount, formatThings } from '../fs/size.js';
import type { PrepareEvent } from '../prepare/events.js';
import type { ExistingDataset } from '../prepare/existing.js';
import type { PreparedDataset } from '../prepare/prepare.js';
import type { RunPlan } from '../prepare/run-plan.js';
import type { Outcome } from './prepare-each.js';
import { FEW_ARCHIVES } from './progress.js';

/** What `--list` says of a data set. */
export function datasetText(definition: DatasetDefinition): string {
  const { version, splits, description, config, defaultConfig, name, mirrors } = definition;
  const counts = splits.map((split) => `${split.name} ${formatCount(split.rows)}`).join(', ');
  const size = mirrors.length > 0 ? `, ${formatBytes(archiveBytes(definition))} to download` : '';
  const isDefault = config !== undefined && config.name === defaultConfig;
  const notes = [
    isDefault ? `what ${name} alone stands for` : [],
    isLarge(definition) ? 'not among all' : [],
  ].flat();
  const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  const sentence = firstSentence(config?.description ?? description);
  return `${datasetId(definition).padEnd(29)} ${version}  ${counts}${size}\n    ${sentence}${note}.\n`;
}

/** The first sentence of a text, without its heading, in one line, without its full stop. */
function firstSentence(text: string): string {
  const [first = ''] = text
    .replace(/^#.*\n/, '')
    .trim()
    .replaceAll(/\s+/g, ' ')
    .split('. ');
  return first.replace(/\.$/, '');
}

/** What a run over several data sets says at its end where one of them failed. */
export function outcomeText({ prepared, failed, untried }: Outcome): string {
  const parts = [
    ['there now', prepared],
    ['failed', failed.map(({ dataset }) => dataset)],
    ['not tried', untried],
  ] as const;
  return parts
    .filter(([, datasets]) => datasets.length > 0)
    .map(([what, datasets]) => `${what}: ${datasets.join(', ')}\n`)
    .join('');
}

/** How a run ended, on one machine or on many. */
export type RunResult = ExistingDataset | Omit<PreparedDataset, 'steps'>;

type Written = Extract<PrepareEvent, { event: 'write' }>;

/** What is said of a data set that was there before. */
export function existingText(
  definition: DatasetDefinition,
  { directory, files, formats }: ExistingDataset,
  again = 'Objects are never changed: to prepare it again, choose another --out',
): string {
  return [
    `${datasetId(definition)} ${definition.version} is there already and was left alone: ${directory}`,
    `It holds ${files.length} files. ${again}`,
    ...forTfds(formats),
    '',
  ].join('\n');
}

/** What a run that prepared a data set, or found it, says at its end. */
export function resultText(
  definition: DatasetDefinition,
  result: RunResult,
  written: readonly Written[],
  seconds: number,
): string {
  const title = `${datasetId(definition)} ${definition.version}`;
  if (result.state === 'existing')
    return existingText(definition, result, 'To prepare it again: --overwrite');
  const bytes = written.reduce((sum, file) => sum + file.bytes, 0);
  const rows = result.splits
    .flatMap(({ shardLengths }) => shardLengths)
    .reduce((sum, length) => sum + length, 0);
  return [
    `Prepared ${title}: ${formatThings(rows, 'example')}, ${formatBytes(bytes)} in ${seconds.toFixed(1)} s`,
    `  ${result.directory}`,
    ...table(result, written),
    '',
    ...howToRead(definition, result.directory, [...new Set(written.map(({ format }) => format))]),
    ...forTfds(result.formats),
    '',
  ].join('\n');
}

function table(result: Pick<PreparedDataset, 'splits'>, written: readonly Written[]): string[] {
  return result.splits.map(({ name, shardLengths }) => {
    const files = written.filter(({ split }) => split === name);
    const rows = shardLengths.reduce((sum, length) => sum + length, 0);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const shards = formatThings(shardLengths.length, 'shard');
    return `  ${name.padEnd(8)} ${formatCount(rows).padStart(10)} rows  ${shards.padStart(10)}  ${formatBytes(bytes).padStart(10)}`;
  });
}

/** What `--clean` says. */
export function cleanText(definition: DatasetDefinition, removed: number): string {
  const title = `${datasetId(definition)} ${definition.version}`;
  if (removed === 0) return `${title}: runs that broke off left nothing\n`;
  return `${title}: removed ${formatThings(removed, 'object')} that runs left which broke off\n`;
}

/** Two ways to read what was written, of those that its formats allow. */
function howToRead(
  definition: DatasetDefinition,
  directory: string,
  formats: readonly FormatName[],
): string[] {
  const split = definition.splits[0]?.name ?? 'train';
  const columns = (ending: string): string => `${directory}/${definition.name}-${split}-*.${ending}`;
  const { input, label } = featuresOf(definition);
  const supervised = label === undefined ? '' : ', as_supervised=True';
  const names = [input.name, label ?? []].flat();
  const ways: Record<FormatName, string[]> = {
    tfrecord: [
      'Read it in Python, with TFDS:',
      '  import tensorflow_datasets as tfds',
      `  ds = tfds.builder_from_directory(${inPython(directory)}).as_dataset(split='${split}'${supervised})`,
    ],
    parquet: [
      'Read it in SQL, with DuckDB:',
      label === undefined
        ? `  SELECT * FROM ${inSql(columns('parquet'))} LIMIT 10;`
        : `  SELECT ${label}, count(*) FROM ${inSql(columns('parquet'))} GROUP BY ${label} ORDER BY ${label};`,
    ],
    arrow: [
      'Read it in Python, with polars:',
      '  import polars as pl',
      `  pl.scan_ipc(${inPython(columns('arrow'))}).select(${names.map((name) => `'${name}'`).join(', ')}).head().collect()`,
    ],
    array_record: [
      'Read it in Python, with TFDS and Grain:',
      '  import tensorflow_datasets as tfds',
      `  source = tfds.builder_from_directory(${inPython(directory)}).as_data_source('${split}')`,
    ],
  };
  const order: readonly FormatName[] = ['tfrecord', 'parquet', 'arrow', 'array_record'];
  return order
    .filter((format) => formats.includes(format))
    .slice(0, 2)
    .flatMap((format) => ways[format]);
}

/** Says so where none of the formats is one of TFDS's: its manifest names a format of TFDS's all the same, as it must. */
function forTfds(formats: readonly FormatName[]): string[] {
  if (isReadByTfds(formats)) return [];
  return [
    `TFDS cannot read it: it takes tfrecord or array_record, and here is ${formats.join(', ')} alone (--formats)`,
  ];
}

/** A text as Python spells it. */
function inPython(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** A text as SQL spells it. */
function inSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** What `--dry-run` says. */
export function planText(plan: RunPlan | JobPlan): string {
  const lines = [`${plan.name} ${plan.version} would go to ${plan.directory} (${plan.target})`];
  if (plan.archives.length <= FEW_ARCHIVES) {
    lines.push('Archives:');
    for (const { file, bytes, from } of plan.archives)
      lines.push(`  ${file}  ${formatBytes(bytes)}  ${from}`);
  } else {
    const bytes = plan.origins.reduce((sum, { bytes }) => sum + bytes, 0);
    lines.push(
      `Archives: ${formatCount(plan.archives.length)}, ${formatBytes(bytes)} (each by its name: --json)`,
    );
    for (const { from, archives, bytes } of plan.origins)
      lines.push(`  ${formatThings(archives, 'archive')}  ${formatBytes(bytes)}  ${from}`);
  }
  lines.push('Splits:');
  for (const { name, rows, shards } of plan.splits)
    lines.push(`  ${name}  ${formatThings(rows, 'row')}  ${shards}`);
  lines.push(`Formats: ${plan.formats.join(', ')}`, ...forTfds(plan.formats));
  if ('tasks' in plan) lines.push(tasksText(plan.tasks));
  else lines.push(...spaceTexts(plan.space), ...timeTexts(plan));
  lines.push('');
  return lines.join('\n');
}

function tasksText({ map, reduce }: JobPlan['tasks']): string {
  return `Tasks: ${formatCount(map)} to encode, at most ${formatCount(reduce)} to write shards, and 2 of a moment`;
}

/** Only of runs that take minutes: of others nobody asks. */
function timeTexts({ seconds = 0, workers }: RunPlan): string[] {
  if (seconds < 60) return [];
  const minutes = formatThings(Math.ceil(seconds / 60), 'minute');
  return [
    `Time: some ${minutes} for ${formatThings(workers, 'worker')} once the archives are there, by docs/benchmarks.md`,
  ];
}

function spaceTexts({ needed, free, downloads, isOneDisk }: RunPlan['space']): string[] {
  const room = (bytes: number, free: number | undefined): string => {
    if (free === undefined) return '';
    return `, ${formatBytes(free)} free${free < bytes ? ': TOO LITTLE' : ''}`;
  };
  const out = `Disk: ${formatBytes(needed)} at least${room(needed, free)}`;
  if (downloads.bytes === 0) return [out];
  const both = downloads.bytes + (isOneDisk ? needed : 0);
  return [
    out,
    `Downloads: ${formatBytes(downloads.bytes)} into ${downloads.directory}` +
      (isOneDisk
        ? `, on the same disk: ${formatBytes(both)} together${room(both, downloads.free)}`
        : room(both, downloads.free)),
  ];
}
