import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OwnDataset } from '../define/own-definition.js';
import { usage } from './command.js';
import type { SplitWords } from './split-words.js';

/** What the command line says of a data set of one's own, beside its splits. */
export interface OwnDataWords {
  name?: string | undefined;
  /** That of the data set; without a value the option asks for the tool's own, which is told where it is read. */
  version?: string | undefined;
  description?: string | undefined;
  /** Path of the class names. */
  classNames?: string | undefined;
  as?: 'image' | 'tensor' | undefined;
  shape?: readonly number[] | undefined;
  labelColumn?: number | undefined;
  /** Path of an NPZ whose arrays' names tell the splits. */
  npz?: string | undefined;
  classPerFile?: unknown;
  train?: unknown;
  test?: unknown;
  split?: unknown;
}

/** What `--help` says of these options; they are wider than the others, which a list with all of them would squeeze. */
export const OWN_DATA_HELP = `Your own data, in IDX or NPY files, packed (gzip, xz, zip) or not, or in an NPZ:
  --name <name>                     their name
  --train <images> [labels]         the split train; the labels may be missing
  --test <images> [labels]          the split test
  --split <name> <images> [labels]  a split of any other name; the order of the splits is kept
  --npz <file>                      all splits out of an NPZ, by the names of its arrays: x_train, train_images, images, ...
  --class-per-file [files...]       each file is one class, named as the file is: those given, for train, or, without any,
                                    those of --train, --test and --split
  --as <image|tensor>               what the rows become (default: images where they can be, else tensors)
  --shape <28x28>                   the shape of rows that lie flat in their files
  --label-column <n>                which number of a row of labels is the label, from 0 on, where there are several
  --class-names <file>              the classes, one name a line (default: counted from the labels)
  --description <text>              what dataset_info.json says of them

<images>, <labels>:  a file
                     FILE:KEY, an array of an NPZ or a file in a zip: data.npz:x_train data.npz:y_train
                     a pattern in quotes, for many files: 'images-*.gz' 'labels-*.gz'; sorted by their paths, character by
                     character (10 before 2). An option may also be repeated: its files come one after the other.
`;

/** The option `--version` of a command that takes them. */
export const OWN_DATA_VERSION = [
  '-V, --version [x.y.z]',
  "this tool's version; with a value, that of your own data (default: 1.0.0)",
] as const;

/**
 * Declares the options that describe one's own data.
 *
 * @param others the options, by their names in the code, that describe data in another way
 */
export function addOwnDataOptions(command: Command, others: readonly string[]): void {
  const alone = (flags: string, ...more: readonly string[]): Option =>
    new Option(flags).conflicts([...others, ...more]).hideHelp();
  command
    .addOption(alone('--name <name>'))
    .addOption(alone('--train <images> [labels]'))
    .addOption(alone('--test <images> [labels]'))
    .addOption(alone('--split <name> <images> [labels]'))
    .addOption(alone('--npz <file>', 'train', 'test', 'split', 'classPerFile'))
    .addOption(alone('--class-per-file', 'labelColumn'))
    .addOption(alone('--as <feature>').choices(['image', 'tensor']))
    .addOption(alone('--shape <28x28>').argParser(shape))
    .addOption(alone('--label-column <n>').argParser(column))
    .addOption(alone('--class-names <file>'))
    .addOption(alone('--description <text>'));
}

/** Up to three dimensions: more TFDS's images have not, and an IDX file or an array has one for the rows beside. */
const SHAPE = /^[1-9]\d{0,8}([x,×][1-9]\d{0,8}){0,2}$/i;

function shape(text: string): number[] {
  if (SHAPE.test(text)) return text.split(/[x,×]/i).map(Number);
  throw new InvalidArgumentError('It is 1 to 3 numbers, such as 28x28 or 28x28x1.');
}

function column(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number, 0 for the first.');
}

/** One's own data as the command line describes them: files are not looked for yet, and class names still in their file. */
export interface OwnData extends Omit<OwnDataset, 'classNames' | 'splits'> {
  classNames: string | undefined;
  splits: readonly SplitWords[];
  npz?: string | undefined;
}

/**
 * The data set that a command line describes, or `undefined` where it describes none.
 *
 * @throws {DatasetError} `USAGE` for a description without a name or without a split
 */
export function ownDataset(
  { name, version, description, classNames, as, shape, labelColumn, npz, classPerFile }: OwnDataWords,
  splits: readonly SplitWords[],
): OwnData | undefined {
  if (name !== undefined) {
    if (splits.length === 0 && npz === undefined)
      throw usage('--name needs a split: --train, --test or --split, and its files, or --npz');
    return { name, version, description, classNames, as, shape, labelColumn, splits, npz };
  }
  if (splits.length > 0 || npz !== undefined)
    throw usage('--name is missing: what shall your data be called?');
  const alone = [
    classNames === undefined ? [] : '--class-names',
    description === undefined ? [] : '--description',
    as === undefined ? [] : '--as',
    shape === undefined ? [] : '--shape',
    labelColumn === undefined ? [] : '--label-column',
    classPerFile === undefined ? [] : '--class-per-file',
    version === undefined ? [] : '--version with a value',
  ].flat();
  if (alone.length > 0) throw usage(`${alone.join(' and ')} without --name: it is for data of your own`);
  return undefined;
}
