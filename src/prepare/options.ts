import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { type DatasetDefinition, featuresOf } from '../dataset/definition.js';
import { type RowFeatures, rowBytesOf } from '../dataset/feature.js';
import type { ArrowForm } from '../formats/arrow/framing.js';
import { DEFAULT_FORMATS, type FormatName, hasColumns, type ShardLayout } from '../formats/formats.js';
import type { CompressionName } from '../formats/parquet/settings.js';
import { expandHome } from '../fs/home-path.js';
import type { ShardingOptions } from '../plan/shards.js';
import { memoryFor, type SpillSizes } from '../rows/spill/memory.js';
import { spilledRowBytes } from '../rows/spill/row-store.js';
import { type TableLayout, type TensorType, tableLayout } from '../rows/table.js';
import { maxRecordBytes } from './encode-slice.js';
import type { PrepareEvent } from './events.js';

/** How a data set is to be prepared. */
export interface PrepareOptions extends ShardingOptions {
  /** The folder that holds data sets, TFDS's `data_dir`; made when missing. */
  out: string;
  /**
   * A folder that holds the archives, or its URL (https://, http://, s3://), from which they are downloaded; without it they come from the
   * cache or from their mirrors.
   */
  archives?: string | undefined;
  /** Where single archives lie, by their SHA-256 in hexadecimal, wherever that is; `archives` holds for the others. */
  archivePaths?: ReadonlyMap<string, string> | undefined;
  /** Where downloads are kept. */
  cacheDir: string;
  /** Formats of the shards (default: tfrecord, arrow, parquet). */
  formats?: readonly FormatName[] | undefined;
  /** How Parquet's pages are compressed (default: snappy). */
  compression?: CompressionName | undefined;
  /** Arrow's file form (default: file). */
  arrowForm?: ArrowForm | undefined;
  /** What the image columns of Arrow and Parquet hold: encoded images, `png`, or their samples, `tensor` (default: png). */
  image?: TableLayout['image'] | undefined;
  /**
   * What columns of samples are in Arrow and Parquet: plain fixed-size lists, `list`, or of Arrow's type
   * `arrow.fixed_shape_tensor`, `extension`, which fewer readers open (default: list).
   */
  tensors?: TensorType | undefined;
  /** Whether Arrow and Parquet have a column `index` with each row's number in its source. */
  index?: boolean | undefined;
  /** Worker threads (default: one for each core). The bytes are the same for any number. */
  workers?: number | undefined;
  /** Bytes of encoded rows that may be in memory; what is beyond goes to scratch files. The bytes written are the same. */
  memory?: number | undefined;
  /** Prepare even where the data set is there already, and replace it. */
  overwrite?: boolean | undefined;
  /** Where another run prepares the same data set, wait until it has ended instead of failing. */
  wait?: boolean | undefined;
  /** Ends the run: nothing of it stays but the cache. */
  signal?: AbortSignal | undefined;
  /** Is told what happens. */
  onEvent?: ((event: PrepareEvent) => void) | undefined;
}

/** {@link PrepareOptions} with everything filled in that was left open. */
export interface RunSettings extends PrepareOptions {
  features: RowFeatures;
  /** How many classes there are; 0 without labels. */
  classes: number;
  /** Their names, where they have names. */
  classNames: readonly string[] | undefined;
  formats: readonly FormatName[];
  layout: ShardLayout;
  /** Whether columns of samples are written, for which the rows' elements are wanted beside their records. */
  keepSamples: boolean;
  workers: number;
  memory: number;
  signal: AbortSignal;
  onEvent: (event: PrepareEvent) => void;
  /** Ends the run: what is still under way, downloads above all, stops, and no event is told any more. */
  end: () => void;
}

/** Options whose paths may begin with `~`, as those of TFDS may, with the home folder in its place. */
export function inHome(options: PrepareOptions): PrepareOptions {
  const { out, archives, archivePaths, cacheDir } = options;
  return {
    ...options,
    out: expandHome(out),
    cacheDir: expandHome(cacheDir),
    archives: archives === undefined ? undefined : expandHome(archives),
    archivePaths:
      archivePaths && new Map(Array.from(archivePaths, ([sha256, path]) => [sha256, expandHome(path)])),
  };
}

/**
 * Fills in what the options leave open.
 *
 * @throws {DatasetError} `MEMORY`
 */
export function runSettings(definition: DatasetDefinition, options: PrepareOptions): RunSettings {
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, options.signal ?? []].flat());
  setMaxListeners(0, signal); // Every archive that waits for its next try listens.
  const workers = options.workers ?? availableParallelism();
  const formats = options.formats ?? DEFAULT_FORMATS;
  const layout = shardLayout(definition, options);
  const keepSamples = keepsSamples(layout.table, formats);
  const features = featuresOf(definition);
  return {
    ...options,
    features,
    classes: definition.label?.classes ?? 0,
    classNames: definition.label?.classNames,
    formats,
    layout,
    keepSamples,
    workers,
    memory: memoryFor(options.memory, splitSizes(definition, keepSamples, workers)),
    signal,
    onEvent: (event) => {
      // What was under way when a run failed may still come to its end; nobody waits for that any more.
      if (!ending.signal.aborted) options.onEvent?.(event);
    },
    end: () => ending.abort(),
  };
}

/** Whether columns of samples are written, for which the rows' elements are wanted beside their records. */
export function keepsSamples({ image }: TableLayout, formats: readonly FormatName[]): boolean {
  return image === 'tensor' && formats.some(hasColumns);
}

/** What the memory budget has to do for. */
function splitSizes(definition: DatasetDefinition, keepSamples: boolean, threads: number): SpillSizes[] {
  const features = featuresOf(definition);
  const rowBytes = spilledRowBytes(maxRecordBytes(features), keepSamples ? rowBytesOf(features.input) : 0);
  return definition.splits.map(({ rows }) => ({ rows, rowBytes, threads }));
}

function shardLayout(definition: DatasetDefinition, options: PrepareOptions): ShardLayout {
  return {
    table: tableLayout(featuresOf(definition), definition.label, options),
    compression: options.compression ?? 'snappy',
    arrowForm: options.arrowForm ?? 'file',
  };
}
