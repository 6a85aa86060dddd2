import type { DatasetDefinition } from '../../dataset/definition.js';
import { CARD_FILE, type CardContent, cardText } from './card.js';
import { CHECKSUMS_FILE } from './checksums.js';
import { DATASET_INFO_FILE, datasetInfoJson } from './dataset-info.js';
import { FEATURES_FILE, featuresJson, labelsFileName, labelsText } from './features.js';
import { ROW_KEYS_FILE, rowKeysJson } from './row-keys.js';

/**
 * The manifests of a data set, each file's text by its name. SHA256SUMS is none of them: it has their checksums too.
 *
 * @param content what the card tells; the others tell a part of it
 */
export function manifestFiles(content: CardContent): Map<string, string> {
  const { definition, splits, formats } = content;
  const { name: label = '', classNames } = definition.label ?? {};
  const rowKeys = rowKeysJson(definition);
  return new Map([
    [DATASET_INFO_FILE, datasetInfoJson(definition, splits, formats)],
    [FEATURES_FILE, featuresJson(definition)],
    ...(classNames === undefined ? [] : [[labelsFileName(label), labelsText(classNames)] as const]),
    ...(rowKeys === undefined ? [] : [[ROW_KEYS_FILE, rowKeys] as const]),
    [CARD_FILE, cardText(content)],
  ]);
}

/** The names of all files that a data set may have beside its shards. */
export function manifestNames({ label }: DatasetDefinition): Set<string> {
  const labels = label === undefined ? [] : [labelsFileName(label.name)];
  return new Set([DATASET_INFO_FILE, FEATURES_FILE, ROW_KEYS_FILE, CARD_FILE, CHECKSUMS_FILE, ...labels]);
}
