import { type Command, Option } from 'commander';
import type { OwnDataset } from '../define/own-definition.js';
import type { SplitFiles } from '../define/scan-split.js';
import { usage } from './command.js';

/** What the command line says of a data set of one's own, beside its splits. */
export interface OwnDataWords {
  name?: string | undefined;
  /** That of the data set; without a value the option asks for the tool's own, which is told where it is read. */
  version?: string | undefined;
  description?: string | undefined;
  /** Path of the class names. */
  classNames?: string | undefined;
  as?: 'image' | 'tensor' | undefined;
  train?: string | undefined;
  test?: string | undefined;
  split?: string | undefined;
}

/** The options that name the files of a split; some have its name in their own. */
const SPLIT_OPTIONS = [
  { flag: '--train', named: true },
  { flag: '--test', named: true },
  { flag: '--split', named: false },
] as const;

/** What `--help` says of these options; they are wider than the others, which a list with all of them would squeeze. */
export const OWN_DATA_HELP = `Your own data:
  --name <name>                     their name
  --train <images> [labels]         the split train: IDX files, packed (gzip, xz, zip) or not; the labels may be missing
  --test <images> [labels]          the split test
  --split <name> <images> [labels]  a split of any other name; may be repeated, the order is kept
  --as <image|tensor>               what the rows become (default: images where they can be, else tensors)
  --class-names <file>              the classes, one name a line (default: counted from the labels)
  --description <text>              what dataset_info.json says of them
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
  const alone = (flags: string): Option => new Option(flags).conflicts([...others]).hideHelp();
  command
    .addOption(alone('--name <name>'))
    .addOption(alone('--train <images> [labels]'))
    .addOption(alone('--test <images> [labels]'))
    .addOption(alone('--split <name> <images> [labels]'))
    .addOption(alone('--as <feature>').choices(['image', 'tensor']))
    .addOption(alone('--class-names <file>'))
    .addOption(alone('--description <text>'));
}

/**
 * Takes the splits out of a command line, in their order: an option with several values of its own, and that may be repeated,
 * is more than commander reads. The words that it is to read are `rest`.
 *
 * @throws {DatasetError} `USAGE` where a file is missing
 */
export function takeSplits(words: readonly string[]): { splits: SplitFiles[]; rest: string[] } {
  const splits: SplitFiles[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') return { splits, rest: [...rest, ...words.slice(at)] };
    const option = SPLIT_OPTIONS.find(({ flag }) => word === flag || word.startsWith(`${flag}=`));
    if (option === undefined) {
      rest.push(word);
      continue;
    }
    const most = words.slice(at + 1, at + (option.named ? 3 : 4));
    const next = most.findIndex((value) => value.startsWith('-'));
    const values = next === -1 ? most : most.slice(0, next);
    const [name = '', images, labels] = option.named ? [option.flag.slice(2), ...values] : values;
    if (word !== option.flag || !name || !images || labels === '')
      throw usage(
        `${option.flag} takes ${option.named ? '' : 'a name and '}files: images, then labels, if any`,
      );
    splits.push({ name, images, labels });
    // Left for commander to see that the option is there, and what it does not go with.
    rest.push(`${word}=${name}`);
    at += values.length;
  }
  return { splits, rest };
}

/**
 * The data set that a command line describes, or `undefined` where it describes none.
 *
 * @throws {DatasetError} `USAGE` for a description without a name or without a split
 */
export function ownDataset(
  { name, version, description, classNames, as }: OwnDataWords,
  splits: readonly SplitFiles[],
): OwnData | undefined {
  if (name !== undefined) {
    if (splits.length === 0) throw usage('--name needs a split: --train, --test or --split, and its files');
    return { name, version, description, classNames, as, splits };
  }
  if (splits.length > 0) throw usage('--name is missing: what shall your data be called?');
  const alone = [
    classNames === undefined ? [] : '--class-names',
    description === undefined ? [] : '--description',
    as === undefined ? [] : '--as',
    version === undefined ? [] : '--version with a value',
  ].flat();
  if (alone.length > 0) throw usage(`${alone.join(' and ')} without --name: it is for data of your own`);
  return undefined;
}

/** One's own data as the command line describes them: the class names are still in their file. */
export interface OwnData extends Omit<OwnDataset, 'classNames'> {
  classNames: string | undefined;
}
