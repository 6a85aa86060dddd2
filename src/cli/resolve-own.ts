import { type ClassFile, classesOfFiles, classFiles, expectAllClasses } from '../define/class-files.js';
import { readClassNames } from '../define/class-names.js';
import { findNpzSplits, type NpzSplit } from '../define/npz-splits.js';
import type { OwnDataset } from '../define/own-definition.js';
import type { PartFiles } from '../define/scan-part.js';
import type { SplitFiles } from '../define/scan-split.js';
import { arraysNamed } from './array-words.js';
import { printJson } from './ending.js';
import type { OwnData } from './own-data.js';
import { partsNamed } from './split-files.js';
import type { SplitWords } from './split-words.js';

/** How a command tells of what it finds. */
export interface ScanWords {
  json?: boolean | undefined;
  quiet?: boolean | undefined;
}

/**
 * Looks for the files that a command line names, and reads the class names: nothing of an array is read yet.
 *
 * @throws {DatasetError} `CLASS_NAMES`, `COUNT_MISMATCH`, and what looking for files, keys and splits throws
 */
export async function resolveOwn(
  { npz, splits, classNames: path, ...own }: OwnData,
  words: ScanWords,
): Promise<OwnDataset> {
  const classNames = path === undefined ? undefined : await classNamesIn(path, words);
  if (npz !== undefined) return { ...own, classNames, splits: await splitsOfNpz(npz, words) };
  if (!splits.some(({ classFiles }) => classFiles.length > 0))
    return { ...own, classNames, splits: await splitsOfPairs(splits) };
  return { ...own, ...(await splitsOfClasses(splits, classNames, words)) };
}

/** Tells of something that may be meant and may not. */
export function warn(message: string, { json, quiet }: ScanWords): void {
  if (json === true) printJson({ event: 'warning', message });
  if (quiet !== true) process.stderr.write(`warning: ${message}\n`);
}

async function classNamesIn(path: string, { quiet }: ScanWords): Promise<string[]> {
  const { names, form } = await readClassNames(path);
  if (form !== undefined && quiet !== true)
    process.stderr.write(`class names: ${path} has ${form}; the first are ${names.slice(0, 3).join(', ')}\n`);
  return names;
}

async function splitsOfNpz(path: string, { json, quiet }: ScanWords): Promise<SplitFiles[]> {
  const { splits, others } = await findNpzSplits(path);
  if (json === true)
    printJson({ event: 'npz', file: path, splits: splits.map(({ files: _, ...split }) => split), others });
  if (quiet !== true) {
    const left = others.length === 0 ? '' : `; left out: ${others.join(', ')}`;
    process.stderr.write(`${path}: ${splits.map(splitText).join('; ')}${left}\n`);
  }
  return splits.map(({ name, files }) => ({ name, ...files }));
}

function splitText({ name, images, labels }: NpzSplit): string {
  return `${name} is ${images}${labels === undefined ? ' without labels' : ` with ${labels}`}`;
}

async function splitsOfPairs(words: readonly SplitWords[]): Promise<SplitFiles[]> {
  const splits: SplitFiles[] = [];
  for (const { name, pairs } of words) {
    const parts: PartFiles[] = [];
    for (const pair of pairs) parts.push(...(await partsNamed(pair)));
    const [only] = parts;
    splits.push(only !== undefined && parts.length === 1 ? { name, ...only } : { name, parts });
  }
  return splits;
}

async function splitsOfClasses(
  words: readonly SplitWords[],
  given: readonly string[] | undefined,
  tell: ScanWords,
): Promise<Pick<OwnDataset, 'splits' | 'classNames'>> {
  const splits: { name: string; parts: ClassFile[] }[] = [];
  for (const split of words) {
    const files = [];
    for (const word of split.classFiles) files.push(...(await arraysNamed(word)));
    splits.push({ name: split.name, parts: classFiles(files, given) });
  }
  const parts = splits.map((split) => split.parts);
  if (given !== undefined) expectAllClasses(parts, given);
  const classNames = given ?? classesOfFiles(parts);
  for (const { name, parts } of splits) {
    const there = new Set(parts.map((part) => part.class));
    const missing = classNames.filter((one) => !there.has(one));
    if (missing.length > 0)
      warn(
        `the split ${name} has no file of ${missing.length} of ${classNames.length} classes: ${few(missing)}`,
        tell,
      );
  }
  return { splits, classNames };
}

function few(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}`;
}
