import { usage } from './command.js';

/** A split as the command line names it: words for files, which are not looked for yet. */
export interface SplitWords {
  name: string;
  /** The words of each time that it is named: those of the rows, and of their labels. */
  pairs: { images: string; labels?: string | undefined }[];
  /** The words for files of which each is of one class. */
  classFiles: string[];
}

/** The options that name the files of a split; some have its name in their own. */
const SPLIT_OPTIONS = [
  { flag: '--train', name: 'train' },
  { flag: '--test', name: 'test' },
  { flag: '--split', name: undefined },
] as const;

/** With words behind it, the files of the split train; without, a mark that those of the other options are such files. */
const CLASS_PER_FILE = '--class-per-file';

/**
 * Takes the splits out of a command line, in the order in which they are first named: an option with several values of its own, and
 * that may be repeated, is more than commander reads. The words that it is to read are `rest`.
 *
 * @throws {DatasetError} `USAGE` where a file is missing, or there are too many
 */
export function takeSplits(words: readonly string[]): { splits: SplitWords[]; rest: string[] } {
  const [own, behind] = untilDashes(words);
  const isOfClasses = own.includes(CLASS_PER_FILE);
  const splits = new Map<string, SplitWords>();
  const splitOf = (name: string): SplitWords => {
    const split = splits.get(name) ?? { name, pairs: [], classFiles: [] };
    splits.set(name, split);
    return split;
  };
  const rest: string[] = [];
  for (let at = 0; at < own.length; at++) {
    const word = own[at] ?? '';
    const [flag = ''] = word.split('=', 1);
    const option = SPLIT_OPTIONS.find((option) => option.flag === flag);
    if (option === undefined && flag !== CLASS_PER_FILE) {
      rest.push(word);
      continue;
    }
    const values = valuesBehind(own, at);
    at += values.length;
    if (option === undefined) {
      if (word !== flag || values.includes('')) throw usage(`${flag} takes files, a space before each`);
      if (values.length > 0) splitOf('train').classFiles.push(...values);
      rest.push(word);
      continue;
    }
    const [name = '', ...files] = option.name === undefined ? values : [option.name, ...values];
    if (word !== flag || name === '' || files.length === 0 || files.includes(''))
      throw usage(
        `${flag} takes ${option.name === undefined ? 'a name and ' : ''}files: images, then labels, if any`,
      );
    // Left for commander to see that the option is there, and what it does not go with.
    rest.push(`${word}=${name}`);
    const split = splitOf(name);
    if (isOfClasses) split.classFiles.push(...files);
    else split.pairs.push(pairOf(files, flag));
  }
  return { splits: [...splits.values()], rest: [...rest, ...behind] };
}

function untilDashes(words: readonly string[]): [own: readonly string[], behind: readonly string[]] {
  const dashes = words.indexOf('--');
  return dashes === -1 ? [words, []] : [words.slice(0, dashes), words.slice(dashes)];
}

function valuesBehind(words: readonly string[], at: number): readonly string[] {
  const next = words.findIndex((value, place) => place > at && value.startsWith('-'));
  return words.slice(at + 1, next === -1 ? undefined : next);
}

function pairOf(
  [images = '', labels, ...more]: readonly string[],
  flag: string,
): { images: string; labels?: string | undefined } {
  if (more.length > 0)
    throw usage(
      `${flag} takes images and labels, and here are ${more.length + 2} files: put a pattern in quotes ('images-*.gz'), or repeat ${flag} for each pair`,
    );
  return { images, labels };
}
