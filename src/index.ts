export { defaultCacheDir } from './archive/cache.js';
export { type CatalogOptions, type WrittenCatalog, writeCatalog } from './catalog/write.js';
export { type PrepareResult, prepare } from './coordinator.js';
export {
  type ArchiveDefinition,
  type DatasetDefinition,
  datasetId,
  parseDefinition,
  type SplitDefinition,
} from './dataset/definition.js';
export { parseDefinitions } from './dataset/definition-file.js';
export {
  datasetNames,
  loadDefinition,
  loadDefinitions,
  readDefinition,
  readDefinitions,
} from './dataset/registry.js';
export { type DefinedDataset, defineDataset, type OwnDataset, type ScanOptions } from './define/define.js';
export type { ScannedSplit, SplitFiles } from './define/scan-split.js';
export type { PublishedFeature } from './directory/features.js';
export type { PublishedInfo, PublishedSplit } from './directory/info.js';
export { DatasetError, type ErrorCode } from './errors.js';
export type { PrepareEvent } from './events.js';
export {
  Dataset,
  type DecodedOptions,
  type EncodedOptions,
  type FeatureOptions,
  type Loaded,
  type LoadOptions,
  load,
  type OpenOptions,
  open,
  type SplitOptions,
} from './load/dataset.js';
export type { BatchOptions, Examples } from './load/examples.js';
export type { DatasetInfo } from './load/info.js';
export type {
  BatchOf,
  BatchPairOf,
  BatchValue,
  BatchValueOf,
  Elements,
  ElementType,
  EncodedImage,
  ExampleOf,
  FeatureKind,
  FeatureValue,
  ImageAndLabel,
  Kinds,
  PairOf,
  PngAndLabel,
  Tensor,
  ValueOf,
} from './load/kinds.js';
export type { Pairs } from './load/pairs.js';
export {
  addSplits,
  type EvenSplit,
  type EvenSplitOptions,
  type EvenSplits,
  evenSplits,
  type ReadInstruction,
  type SplitRounding,
  type SplitSpec,
  type SplitSum,
  type SplitUnit,
} from './load/split-spec.js';
export type { SplitInfo } from './manifest/dataset-info.js';
export type { PrepareOptions } from './options.js';
export { readExamples, type StoredExample } from './read-examples.js';
export type { FormatName } from './shard/formats.js';
export type { Fault, Unchecked } from './verify/findings.js';
export { type Verified, type VerifyOptions, verifyDataset } from './verify/verify.js';
