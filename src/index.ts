export { defaultCacheDir } from './archive/cache.js';
export { type CatalogOptions, type WrittenCatalog, writeCatalog } from './catalog/write.js';
export { type DatasetDefinition, datasetId, parseDefinition } from './dataset/definition.js';
export { parseDefinitions } from './dataset/definition-file.js';
export {
  datasetNames,
  loadDefinition,
  loadDefinitions,
  readDefinition,
  readDefinitions,
} from './dataset/registry.js';
export type { ArchiveDefinition, SplitDefinition, SplitPart } from './dataset/split-definition.js';
export { type DefinedDataset, defineDataset, type ScanOptions } from './define/define.js';
export type { OwnDataset } from './define/own-definition.js';
export type { ArrayFile } from './define/scan-archive.js';
export type { PartFiles, ScannedPart } from './define/scan-part.js';
export type { ScannedSplit, SplitFiles } from './define/scan-split.js';
export type { PublishedFeature } from './directory/features.js';
export type { PublishedInfo, PublishedSplit } from './directory/info.js';
export type { SplitInfo } from './directory/manifest/dataset-info.js';
export { DatasetError, type ErrorCode } from './errors.js';
export type { FormatName } from './formats/formats.js';
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
export type { Examples } from './load/examples.js';
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
export type { BatchOptions } from './load/options.js';
export type { Pairs } from './load/pairs.js';
export { readExamples, type StoredExample } from './load/read-examples.js';
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
export type { PrepareEvent } from './prepare/events.js';
export type { PrepareOptions } from './prepare/options.js';
export { type PrepareResult, prepare } from './prepare/prepare.js';
export type { Fault, Unchecked } from './verify/findings.js';
export { type Verified, type VerifyOptions, verifyDataset } from './verify/verify.js';
