import type { PublishedSplit } from '../directory/info.js';
import { shardFileOf } from '../directory/shard-file.js';
import { FORMAT_NAMES, type FormatName } from '../formats/formats.js';
import { isWebAddress } from './markdown.js';
import type { CatalogTexts } from './source.js';

/** Name of the Croissant file in the folder of the catalog. */
export const CROISSANT_FILE = 'croissant.json';

/** The terms that are Croissant's own and mean what they are called. */
const OWN_TERMS = [
  'citeAs column equivalentProperty extract field fileObject fileProperty fileSet format includes isLiveDataset jsonPath key',
  'md5 parentField path recordSet references regex repeated replace samplingRate separator source subField transform',
].flatMap((line) => line.split(' '));

/** The context that Croissant 1.0 gives for its files to repeat (https://docs.mlcommons.org/croissant/docs/croissant-spec.html). */
const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  ...Object.fromEntries(OWN_TERMS.map((term) => [term, `cr:${term}`])),
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  rai: 'http://mlcommons.org/croissant/RAI/',
  sc: 'https://schema.org/',
};

/** Media types of the formats, for those that have one. */
const MEDIA_TYPES: Readonly<Record<FormatName, string>> = {
  tfrecord: 'application/octet-stream',
  array_record: 'application/octet-stream',
  arrow: 'application/vnd.apache.arrow.file',
  parquet: 'application/x-parquet',
};

/** Croissant's types of a tensor's elements. */
const ELEMENT_TYPES: Readonly<Record<string, string>> = {
  bool: 'sc:Boolean',
  uint8: 'sc:Integer',
  int8: 'sc:Integer',
  uint16: 'sc:Integer',
  int16: 'sc:Integer',
  uint32: 'sc:Integer',
  int32: 'sc:Integer',
  uint64: 'sc:Integer',
  int64: 'sc:Integer',
  float16: 'sc:Float',
  float32: 'sc:Float',
  float64: 'sc:Float',
};

/**
 * `croissant.json`: the data set in Croissant 1.0. Every shard of every format is a file, with its checksum and its place relative
 * to the folder of the catalog; every Parquet shard is a set of records, and the classes, where they have names, an enumeration.
 *
 * Croissant has no name for "this file, then that one" but sets of files in an archive, so that a split of several shards is as many
 * sets of records. It wants a checksum of each file: what has none in `SHA256SUMS` is not named.
 */
export function croissantJson(source: CatalogTexts): string {
  const { info, id } = source;
  const homepage = info.urls.find(isWebAddress);
  const croissant = {
    '@context': Object.fromEntries(Object.entries(CONTEXT).sort(([a], [b]) => (a < b ? -1 : 1))),
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    name: id.replace('/', '-'),
    description: info.description || id,
    version: info.version,
    url: homepage,
    license: source.license,
    datePublished: yearIn(info.citation),
    citeAs: info.citation,
    distribution: distribution(source),
    recordSet: [...classEnumeration(source), ...recordSets(source)],
  };
  return `${JSON.stringify(croissant, undefined, 2)}\n`;
}

/** The year that a citation in BibTeX gives, where it gives one: a date in schema.org's sense, and all that is known of it. */
function yearIn(citation: string | undefined): string | undefined {
  return /\byear\s*=\s*[{"]?\s*(\d{4})\b/i.exec(citation ?? '')?.[1];
}

/** Every shard that the manifest tells of, in every format, with the name that its file has. */
function shardFiles({
  info,
}: CatalogTexts): { split: PublishedSplit; shard: number; format: FormatName; name: string }[] {
  return info.splits.flatMap((split) =>
    split.shardLengths.flatMap((_, shard) =>
      FORMAT_NAMES.map((format) => ({ split, shard, format, name: shardFileOf(info, split, format, shard) })),
    ),
  );
}

function distribution(source: CatalogTexts): object[] {
  const formats = new Map(shardFiles(source).map(({ name, format }) => [name, format]));
  return source.files.flatMap(({ name, bytes, sha256 }) => {
    const format = formats.get(name);
    if (format === undefined || sha256 === undefined) return [];
    return {
      '@type': 'cr:FileObject',
      '@id': name,
      name,
      contentUrl: `../${name}`,
      contentSize: `${bytes} B`,
      encodingFormat: MEDIA_TYPES[format],
      sha256,
    };
  });
}

const CLASSES = 'classes';

/** The feature of the classes, where there is one with names. */
function namedLabel({
  features,
  classNames,
}: CatalogTexts): { name: string; names: readonly string[] } | undefined {
  const label = features.find(({ kind }) => kind === 'label');
  return label === undefined || classNames === undefined
    ? undefined
    : { name: label.name, names: classNames };
}

function classEnumeration(source: CatalogTexts): object[] {
  const label = namedLabel(source);
  if (label === undefined) return [];
  const field = (name: string, dataType: string): object => ({
    '@type': 'cr:Field',
    '@id': `${CLASSES}/${name}`,
    name,
    dataType,
  });
  return [
    {
      '@type': 'cr:RecordSet',
      '@id': CLASSES,
      name: CLASSES,
      description: `The classes of ${label.name}.`,
      dataType: 'sc:Enumeration',
      key: { '@id': `${CLASSES}/${label.name}` },
      field: [field(label.name, 'sc:Integer'), field('name', 'sc:Text')],
      data: label.names.map((name, number) => ({
        [`${CLASSES}/${label.name}`]: number,
        [`${CLASSES}/name`]: name,
      })),
    },
  ];
}

function recordSets(source: CatalogTexts): object[] {
  const known = new Set(source.files.flatMap(({ name, sha256 }) => (sha256 === undefined ? [] : name)));
  return shardFiles(source).flatMap(({ split, shard, format, name: file }) => {
    if (format !== 'parquet' || !known.has(file)) return [];
    const several = split.shardLengths.length > 1;
    const id = several ? `${split.name}-${String(shard).padStart(5, '0')}` : split.name;
    const place = several ? `, shard ${shard} of ${split.shardLengths.length}` : '';
    return {
      '@type': 'cr:RecordSet',
      '@id': id,
      name: id,
      description: `The split ${split.name}${place}: ${split.shardLengths[shard] ?? 0} examples.`,
      field: source.features.flatMap((feature) => fieldOf(source, feature, id, file)),
    };
  });
}

function fieldOf(
  source: CatalogTexts,
  feature: CatalogTexts['features'][number],
  records: string,
  file: string,
): object[] {
  const from = { fileObject: { '@id': file }, extract: { column: feature.name } };
  const field = { '@type': 'cr:Field', '@id': `${records}/${feature.name}`, name: feature.name };
  if (feature.kind === 'image' && source.samplesInParquet)
    return [{ ...field, dataType: 'sc:Integer', repeated: true, source: from }];
  if (feature.kind === 'image')
    return [{ ...field, dataType: 'sc:ImageObject', source: { ...from, transform: { jsonPath: 'bytes' } } }];
  if (feature.kind === 'label') {
    const isNamed = namedLabel(source)?.name === feature.name;
    const references = { references: { field: { '@id': `${CLASSES}/${feature.name}` } } };
    return [{ ...field, dataType: 'sc:Integer', source: from, ...(isNamed ? references : {}) }];
  }
  const dataType = feature.kind === 'tensor' ? ELEMENT_TYPES[feature.dtype] : undefined;
  if (feature.kind !== 'tensor' || dataType === undefined) return [];
  return [{ ...field, dataType, ...(feature.shape.length > 0 ? { repeated: true } : {}), source: from }];
}
