import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetDefinition, featuresOf } from '../dataset/definition.js';
import type { PublishedInfo } from '../directory/info.js';
import { CARD_FILE, cardText } from '../directory/manifest/card.js';
import { DATASET_INFO_FILE, datasetInfoJson } from '../directory/manifest/dataset-info.js';
import { FEATURES_FILE, featuresJson, labelsFileName, labelsText } from '../directory/manifest/features.js';
import type { DatasetDirectory } from '../directory/read.js';
import { fault } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import { type TableChoice, TENSOR_TYPES, tableLayout } from '../rows/table.js';
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
    await compare(path, file, [text], findings);
  }
  // What an earlier version prepared has no card.
  await compare(path, CARD_FILE, possibleCards(definition, info, formats), findings);
}

/** A file that is there is one of these texts. */
async function compare(
  path: string,
  file: string,
  texts: readonly [string, ...string[]],
  findings: Findings,
): Promise<void> {
  const found = await readFile(join(path, file), 'utf8').catch(() => undefined);
  if (found === undefined || texts.includes(found)) return;
  findings.add(
    file,
    fault('MANIFEST_INVALID', `${file} is not what the definition makes`, differing(texts[0], found)),
  );
}

/** The cards that the data set can have, by what of its columns was chosen; the one of the defaults comes first. */
function possibleCards(
  definition: DatasetDefinition,
  { splits }: PublishedInfo,
  formats: readonly FormatName[],
): [string, ...string[]] {
  const card = (choice: TableChoice): string =>
    cardText({
      definition,
      splits,
      formats,
      table: tableLayout(featuresOf(definition), definition.label, choice),
    });
  const others = (['png', 'tensor'] as const).flatMap((image) =>
    TENSOR_TYPES.flatMap((tensors) => [false, true].map((index) => card({ image, tensors, index }))),
  );
  return [card({}), ...others];
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
