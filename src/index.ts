export { defaultCacheDir } from './archive/cache.js';
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
export { DatasetError, type ErrorCode } from './errors.js';
export type { PrepareEvent } from './events.js';
export type { SplitInfo } from './manifest/dataset-info.js';
export type { PrepareOptions } from './options.js';
export { readExamples, type StoredExample } from './read-examples.js';
export type { FormatName } from './shard/formats.js';
export type { Fault, Unchecked } from './verify/findings.js';
export { type Verified, type VerifyOptions, verifyDataset } from './verify/verify.js';
