import type { PublishedInfo } from '../directory/info.js';
import { compareVersions } from '../directory/version.js';
import { formatCount } from '../fs/size.js';
import { autoCached } from './auto-cached.js';
import { FEATURE_COLUMNS, featureRows, featureStructure } from './feature-listing.js';
import { sizeText } from './size.js';
import type { CatalogTexts } from './source.js';

/** What stands in a section of the page. */
export type SectionContent =
  /** What a definition says, in paragraphs. */
  | { kind: 'prose'; text: string }
  | { kind: 'inline'; text: string }
  | { kind: 'code'; text: string; language?: string }
  /** The same, within a line. */
  | { kind: 'literal'; text: string }
  | { kind: 'link'; text: string; url: string; isCode: boolean }
  | { kind: 'versions'; versions: readonly { version: string; isDefault: boolean; notes: string }[] }
  | { kind: 'splits'; rows: readonly { split: string; examples: string }[] }
  | { kind: 'features'; columns: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: 'figure' }
  | { kind: 'examples' };

/** A section of the catalog page, in TFDS's words. */
export interface Section {
  name: string;
  /** What stands behind the name: a page of TFDS that says more. */
  more?: { before?: string; text: string; url: string };
  content: SectionContent;
}

const TFDS = 'https://www.tensorflow.org/datasets';
const SOURCE = 'https://github.com/tensorflow/datasets';

/** The classes of TFDS that define this family, by module and name: the manifest names their module alone. */
const FAMILY = 'tensorflow_datasets.image_classification';
const TFDS_CLASSES: ReadonlyMap<string, string> = new Map([
  [`${FAMILY}.mnist/mnist`, 'MNIST'],
  [`${FAMILY}.mnist/fashion_mnist`, 'FashionMNIST'],
  [`${FAMILY}.mnist/kmnist`, 'KMNIST'],
  [`${FAMILY}.mnist/emnist`, 'EMNIST'],
  [`${FAMILY}.mnist_corrupted/mnist_corrupted`, 'MNISTCorrupted'],
]);

/**
 * The sections of TFDS's catalog page, in its order and with its words (`scripts/documentation/dataset_markdown_builder.py`),
 * every value from the manifests. One without a value is left out: TFDS then writes an address of its own catalog, or nothing
 * behind the colon.
 */
export function catalogSections(source: CatalogTexts): Section[] {
  const { info, features } = source;
  const datasetBytes = info.splits.reduce((sum, { numBytes }) => sum + numBytes, 0);
  const sections: (Section | undefined)[] = [
    { name: 'Description', content: { kind: 'prose', text: info.description ?? '' } },
    optional('Note', source.note, (text) => ({ kind: 'inline', text })),
    optional('Config description', info.configDescription, (text) => ({ kind: 'inline', text })),
    optional('Homepage', info.urls[0], (url) => ({ kind: 'link', text: url, url, isCode: false })),
    { name: 'Source code', content: sourceCode(info.name, info.moduleName) },
    { name: 'Versions', content: versions(info.version, info.releaseNotes) },
    { name: 'Download size', content: { kind: 'literal', text: sizeText(info.downloadSize ?? 0) } },
    { name: 'Dataset size', content: { kind: 'literal', text: sizeText(datasetBytes) } },
    {
      name: 'Auto-cached',
      more: { text: 'documentation', url: `${TFDS}/performances#auto-caching` },
      content: { kind: 'inline', text: autoCached(info.splits, datasetBytes) },
    },
    { name: 'Splits', content: { kind: 'splits', rows: splitRows(source) } },
    {
      name: 'Feature structure',
      content: { kind: 'code', language: 'python', text: featureStructure(features) },
    },
    {
      name: 'Feature documentation',
      content: { kind: 'features', columns: FEATURE_COLUMNS, rows: featureRows(features) },
    },
    {
      name: 'Supervised keys',
      more: { before: 'See ', text: '`as_supervised` doc', url: `${TFDS}/api_docs/python/tfds/load#args` },
      content: { kind: 'literal', text: supervisedKeys(info.supervisedKeys) },
    },
    {
      name: 'Figure',
      more: { text: 'tfds.show_examples', url: `${TFDS}/api_docs/python/tfds/visualization/show_examples` },
      content: { kind: 'figure' },
    },
    {
      name: 'Examples',
      more: { text: 'tfds.as_dataframe', url: `${TFDS}/api_docs/python/tfds/as_dataframe` },
      content: { kind: 'examples' },
    },
    optional('Citation', info.citation, (text) => ({ kind: 'code', text })),
  ];
  return sections.filter((section) => section !== undefined);
}

function optional(
  name: string,
  text: string | undefined,
  content: (text: string) => SectionContent,
): Section | undefined {
  return text === undefined || text === '' ? undefined : { name, content: content(text) };
}

/** The class where it is TFDS's own, as TFDS links it; otherwise the module, of which a manifest says no more. */
function sourceCode(name: string, moduleName: string | undefined): SectionContent {
  if (moduleName === undefined) return { kind: 'inline', text: 'Missing.' };
  // In TFDS's folder `datasets` a data set has a package of its own, and in it a class of this name.
  const isPackage = moduleName === `tensorflow_datasets.datasets.${name}.${name}_dataset_builder`;
  const className = isPackage ? 'Builder' : TFDS_CLASSES.get(`${moduleName}/${name}`);
  if (!/^tensorflow_datasets(\.\w+)+$/.test(moduleName)) return { kind: 'literal', text: moduleName };
  if (className === undefined) return { kind: 'link', text: moduleName, url: SOURCE, isCode: false };
  const folders = moduleName.split('.');
  return {
    kind: 'link',
    text: ['tfds', ...folders.slice(1, -1), className].join('.'),
    url: `${SOURCE}/tree/master/${folders.join('/')}.py`,
    isCode: true,
  };
}

function versions(current: string, notes: Readonly<Record<string, string>>): SectionContent {
  const all = [...new Set([...Object.keys(notes), current])].sort(compareVersions);
  return {
    kind: 'versions',
    versions: all.map((version) => ({
      version,
      isDefault: version === current,
      notes: notes[version] ?? 'No release notes.',
    })),
  };
}

function splitRows({ info }: CatalogTexts): { split: string; examples: string }[] {
  return info.splits
    .map(({ name, rows }) => ({ split: name, examples: rows === 0 ? 'Not computed' : formatCount(rows) }))
    .sort((a, b) => (a.split < b.split ? -1 : 1));
}

/** The keys as Python prints their tuple, or `None`. */
function supervisedKeys(keys: PublishedInfo['supervisedKeys']): string {
  const quoted = keys.map((key) => (typeof key === 'string' ? `'${key}'` : supervisedKeys(key)));
  if (quoted.length === 0) return 'None';
  return quoted.length === 1 ? `(${quoted[0]},)` : `(${quoted.join(', ')})`;
}
