import { type DatasetDefinition, datasetId, featuresOf } from '../dataset/definition.js';
import { type FormatName, isReadByTfds } from '../formats/formats.js';
import { formatBytes, formatCount, formatThings } from '../fs/size.js';
import type { PrepareEvent } from '../prepare/events.js';
import type { PrepareResult } from '../prepare/prepare.js';
import type { RunPlan } from '../prepare/run-plan.js';
import type { Outcome } from './prepare-each.js';
import { FEW_ARCHIVES } from './progress.js';

/** What `--list` says of a data set. */
export function datasetText(definition: DatasetDefinition): string {
  const { version, splits, description, config, defaultConfig, name } = definition;
  const counts = splits.map((split) => `${split.name} ${formatCount(split.rows)}`).join(', ');
  const sentence = (config?.description ?? description).split('. ')[0]?.replace(/\.?$/, '');
  const isDefault = config !== undefined && config.name === defaultConfig;
  const meant = isDefault ? ` (what ${name} alone stands for)` : '';
  return `${datasetId(definition).padEnd(16)} ${version}  ${counts}\n    ${sentence}${meant}.\n`;
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

type Written = Extract<PrepareEvent, { event: 'write' }>;

/** What a run that prepared a data set, or found it, says at its end. */
export function resultText(
  definition: DatasetDefinition,
  result: PrepareResult,
  written: readonly Written[],
  seconds: number,
): string {
  const title = `${datasetId(definition)} ${definition.version}`;
  if (result.state === 'existing') {
    return [
      `${title} is there already and was left alone: ${result.directory}`,
      `It holds ${result.files.length} files. To prepare it again: --overwrite`,
      ...forTfds(result.formats),
      '',
    ].join('\n');
  }
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

function table(result: Extract<PrepareResult, { state: 'prepared' }>, written: readonly Written[]): string[] {
  return result.splits.map(({ name, shardLengths }) => {
    const files = written.filter(({ split }) => split === name);
    const rows = shardLengths.reduce((sum, length) => sum + length, 0);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const shards = formatThings(shardLengths.length, 'shard');
    return `  ${name.padEnd(8)} ${formatCount(rows).padStart(10)} rows  ${shards.padStart(10)}  ${formatBytes(bytes).padStart(10)}`;
  });
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
export function planText(plan: RunPlan): string {
  const lines = [`${plan.name} ${plan.version} would go to ${plan.directory} (${plan.target})`, 'Archives:'];
  const all = plan.archives.length;
  const shown = all > FEW_ARCHIVES ? plan.archives.slice(0, 3) : plan.archives;
  for (const { file, bytes, from } of shown) lines.push(`  ${file}  ${formatBytes(bytes)}  ${from}`);
  if (shown.length < all) {
    const bytes = plan.archives.reduce((sum, archive) => sum + archive.bytes, 0);
    lines.push(`  ... (${formatThings(all, 'archive')}, ${formatBytes(bytes)} in all)`);
  }
  lines.push('Splits:');
  for (const { name, rows, shards } of plan.splits)
    lines.push(`  ${name}  ${formatThings(rows, 'row')}  ${shards}`);
  const { needed, free } = plan.space;
  lines.push(
    `Formats: ${plan.formats.join(', ')}`,
    ...forTfds(plan.formats),
    `Disk: ${formatBytes(needed)} at least${free === undefined ? '' : `, ${formatBytes(free)} free`}`,
    '',
  );
  return lines.join('\n');
}
