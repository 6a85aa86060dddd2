import { join } from 'node:path';
import type { PrepareResult } from '../coordinator.js';
import type { DatasetDefinition } from '../dataset/definition.js';
import type { DatasetError } from '../errors.js';
import type { PrepareEvent } from '../events.js';
import { shardFileName } from '../plan/filename.js';
import type { RunPlan } from '../run-plan.js';
import { formatBytes, formatCount } from './size.js';

type Written = Extract<PrepareEvent, { event: 'write' }>;

/** What a run that prepared a data set, or found it, says at its end. */
export function resultText(
  definition: DatasetDefinition,
  result: PrepareResult,
  written: readonly Written[],
  seconds: number,
): string {
  const title = `${definition.name} ${definition.version}`;
  if (result.state === 'existing') {
    return [
      `${title} is there already and was left alone: ${result.directory}`,
      `It holds ${result.files.length} files. To prepare it again: --overwrite`,
      '',
    ].join('\n');
  }
  const bytes = written.reduce((sum, file) => sum + file.bytes, 0);
  const rows = result.splits
    .flatMap(({ shardLengths }) => shardLengths)
    .reduce((sum, length) => sum + length, 0);
  return [
    `Prepared ${title}: ${formatCount(rows)} examples, ${formatBytes(bytes)} in ${seconds.toFixed(1)} s`,
    `  ${result.directory}`,
    ...table(result, written),
    '',
    ...howToRead(definition, result.directory, result.splits.at(0)?.shardLengths.length ?? 1),
    '',
  ].join('\n');
}

function table(result: Extract<PrepareResult, { state: 'prepared' }>, written: readonly Written[]): string[] {
  return result.splits.map(({ name, shardLengths }) => {
    const files = written.filter(({ split }) => split === name);
    const rows = shardLengths.reduce((sum, length) => sum + length, 0);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const shards = `${shardLengths.length} ${shardLengths.length === 1 ? 'shard' : 'shards'}`;
    return `  ${name.padEnd(8)} ${formatCount(rows).padStart(10)} rows  ${shards.padStart(10)}  ${formatBytes(bytes).padStart(10)}`;
  });
}

function howToRead(definition: DatasetDefinition, directory: string, shards: number): string[] {
  const split = definition.splits[0]?.name ?? 'train';
  const shard = shardFileName({ dataset: definition.name, split, format: 'tfrecord', shard: 0, shards });
  return [
    'Read it in Python:',
    '  import tensorflow_datasets as tfds',
    `  ds = tfds.builder_from_directory('${directory}').as_dataset(split='${split}', as_supervised=True)`,
    'or in TypeScript (each image is a PNG):',
    "  import { readExamples } from 'idx-shards';",
    `  for await (const { image, label } of readExamples('${join(directory, shard)}')) console.log(label, image.length);`,
  ];
}

/** What `--dry-run` says. */
export function planText(plan: RunPlan): string {
  const lines = [`${plan.name} ${plan.version} would go to ${plan.directory} (${plan.target})`, 'Archives:'];
  for (const { file, bytes, from } of plan.archives) lines.push(`  ${file}  ${formatBytes(bytes)}  ${from}`);
  lines.push('Splits:');
  for (const { name, rows, shards } of plan.splits)
    lines.push(`  ${name}  ${formatCount(rows)} rows  ${shards}`);
  lines.push(`Formats: ${plan.formats.join(', ')}`, '');
  return lines.join('\n');
}

/** An error as a person reads it: what happened, what was expected and found, what to do. */
export function errorText({ code, message, expected, found, next }: DatasetError): string {
  const lines = [`error: ${message} [${code}]`];
  if (expected !== undefined) lines.push(`  expected: ${expected}`);
  if (found !== undefined) lines.push(`  found:    ${found}`);
  if (next !== undefined) lines.push(`  next:     ${next}`);
  return `${lines.join('\n')}\n`;
}
