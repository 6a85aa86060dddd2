import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDefinition } from '../dataset/definition.js';
import type { PublishedInfo } from '../directory/info.js';
import type { DatasetDirectory } from '../directory/read.js';
import { DATASET_INFO_FILE, datasetInfoJson } from '../manifest/dataset-info.js';
import { FEATURES_FILE, featuresJson, labelsFileName, labelsText } from '../manifest/features.js';
import { fault } from '../published/faults.js';
import type { FormatName } from '../shard/formats.js';
import type { Findings } from './findings.js';

/** Manifests follow from the definition and from what is in the shards, byte for byte. */
export async function checkManifestBytes(
  { path, files }: DatasetDirectory,
  info: PublishedInfo,
  {
    formats,
    definition,
    findings,
  }: { formats: readonly FormatName[]; definition: DatasetDefinition; findings: Findings },
): Promise<void> {
  const { name: label = '', classNames } = definition.label ?? {};
  const expected = new Map([
    [DATASET_INFO_FILE, datasetInfoJson(definition, info.splits, formats)],
    [FEATURES_FILE, featuresJson(definition)],
    ...(classNames === undefined ? [] : [[labelsFileName(label), labelsText(classNames)] as const]),
  ]);
  for (const [file, text] of expected) {
    if (!files.has(file) && findings.of(file) === 0)
      findings.add(
        file,
        fault('FILE_MISSING', `${file} is missing`, { expected: file, found: 'no such file' }),
      );
    const found = await readFile(join(path, file), 'utf8').catch(() => undefined);
    if (found !== undefined && found !== text)
      findings.add(
        file,
        fault('MANIFEST_INVALID', `${file} is not what the definition makes`, differing(text, found)),
      );
  }
}

/** The first line in which two texts differ. */
function differing(expected: string, found: string): { expected: string; found: string } {
  const [lines, others] = [expected.split('\n'), found.split('\n')];
  const at = lines.findIndex((line, number) => line !== others[number]);
  const line = at === -1 ? lines.length : at;
  return {
    expected: (lines[line] ?? 'the end').trim(),
    found: (others[line] ?? 'the end').trim(),
  };
}
