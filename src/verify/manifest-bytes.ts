import { type DatasetDefinition, featuresOf } from '../dataset/definition.js';
import type { FileAccess } from '../directory/file-access.js';
import type { PublishedInfo } from '../directory/info.js';
import { CARD_FILE, type CardContent, cardText } from '../directory/manifest/card.js';
import { manifestFiles } from '../directory/manifest/files.js';
import type { DatasetDirectory } from '../directory/read.js';
import { fault } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import { type TableChoice, TENSOR_TYPES, tableLayout } from '../rows/table.js';
import type { Findings } from './findings.js';

/** Manifests follow from the definition and from what is in the shards, byte for byte. */
export function checkManifestBytes(
  { access, files }: DatasetDirectory,
  info: PublishedInfo,
  {
    formats,
    definition,
    findings,
  }: { formats: readonly FormatName[]; definition: DatasetDefinition; findings: Findings },
): void {
  const content = (choice: TableChoice): CardContent => {
    const table = tableLayout(featuresOf(definition), definition.label, choice);
    return { definition, splits: info.splits, formats, table };
  };
  for (const [file, text] of manifestFiles(content({}))) {
    if (file === CARD_FILE) {
      // What an earlier version prepared has no card.
      compare(access, file, [text, ...otherCards(content)], findings);
      continue;
    }
    if (!files.has(file) && findings.of(file) === 0)
      findings.add(
        file,
        fault('FILE_MISSING', `${file} is missing`, { expected: file, found: 'no such file' }),
      );
    compare(access, file, [text], findings);
  }
}

/** A file that is there is one of these texts. */
function compare(
  access: FileAccess,
  file: string,
  texts: readonly [string, ...string[]],
  findings: Findings,
): void {
  const found = textOf(access, file);
  if (found === undefined || texts.includes(found)) return;
  findings.add(
    file,
    fault('MANIFEST_INVALID', `${file} is not what the definition makes`, differing(texts[0], found)),
  );
}

function textOf(access: FileAccess, file: string): string | undefined {
  try {
    return access.textOf(file);
  } catch {
    // What is missing, or cannot be read, is told of already.
    return undefined;
  }
}

/** The cards that a data set can have, by what of its columns was chosen. */
function otherCards(content: (choice: TableChoice) => CardContent): string[] {
  return (['png', 'tensor'] as const).flatMap((image) =>
    TENSOR_TYPES.flatMap((tensors) =>
      [false, true].map((index) => cardText(content({ image, tensors, index }))),
    ),
  );
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
