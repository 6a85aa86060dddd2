import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive } from '../../src/archive/read.js';
import { ArrayReader } from '../../src/arrays/reader.js';
import { type CliCommand, complete } from '../../src/cli/command.js';
import { defineCommand, readDefineWords } from '../../src/cli/define.js';
import { prepareCommand } from '../../src/cli/prepare.js';
import { readPrepareWords } from '../../src/cli/prepare-arguments.js';
import { readRegenerateWords, regenerateCommand } from '../../src/cli/regenerate.js';
import { readVerifyWords, verifyCommand } from '../../src/cli/verify.js';
import { maskedCrc32c } from '../../src/formats/tfrecord/crc32c.js';
import { DatasetError, defineDataset, parseDefinitions, prepare, readDefinitions } from '../../src/index.js';
import { parseLock } from '../../src/regenerate/lock.js';
import { verifyDataset } from '../../src/verify/verify.js';
import {
  definitionOf,
  gzip,
  imagesIdx,
  labelsIdx,
  smallArchives,
  writeArchives,
} from '../fixtures/archives.js';
import { PROGRAM, run } from '../fixtures/cli.js';
import { newFolder, sha256 } from '../fixtures/folder.js';
import { zipOf } from '../fixtures/zip.js';
import { times } from '../sample.js';
import { type SmallDigits, smallDigits } from '../verify/small-digits.js';
import { fuzz, fuzzSeconds, mutated, oneOf, type Pick } from './fuzz.js';

const LONG = { timeout: 1000 * (fuzzSeconds() + 600) };

let folder: string;
let digits: SmallDigits;

beforeAll(async () => {
  folder = await newFolder();
  digits = await smallDigits(join(folder, 'digits'), {}, { train: 12, test: 3 });
});
afterAll(() => rm(folder, { recursive: true }));

/** What is thrown is to have a code of its own. */
async function failsByCode(work: () => unknown): Promise<DatasetError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof DatasetError && error.code !== 'INTERNAL') return error;
    throw error;
  }
}

describe('archives', () => {
  const IMAGES = imagesIdx(20);
  const LABELS = labelsIdx(20);

  /** An IDX file that is damaged before or after it is packed. */
  function archive(idx: Buffer, pick: Pick): Buffer {
    const kind = pick(4);
    if (kind === 0) return mutated(idx, pick);
    if (kind === 1) return gzip(mutated(idx, pick));
    return kind === 2 ? mutated(gzip(idx), pick) : gzip(idx);
  }

  it('are read, or refused with a code', LONG, async () => {
    const images = join(folder, 'images');
    const labels = join(folder, 'labels');
    const { cases } = await fuzz('archives', { share: 0.15, least: times(300, 60) }, async (pick) => {
      writeFileSync(images, archive(IMAGES, pick));
      writeFileSync(labels, archive(LABELS, pick));
      await failsByCode(() => defineDataset({ name: 'any', splits: [{ name: 'train', images, labels }] }));
    });
    expect(cases).toBeGreaterThanOrEqual(times(300, 60));
  });

  it('in zips are read, or refused with a code', LONG, async () => {
    const path = join(folder, 'any.zip');
    const zip = zipOf([
      { name: 'gzip/images.gz', content: gzip(IMAGES) },
      { name: 'gzip/labels.gz', content: gzip(LABELS), deflate: true },
    ]);
    const { cases } = await fuzz('zips', { share: 0.1, least: times(200, 50) }, async (pick) => {
      const bytes = mutated(zip, pick);
      if (bytes.length === 0) return;
      writeFileSync(path, bytes);
      const member = oneOf(pick, ['gzip/images.gz', 'gzip/labels.gz']);
      const about = { file: 'any.zip', bytes: bytes.length, sha256: sha256(bytes), member };
      await failsByCode(() =>
        readArchive(path, about, async (inflated, where) => (await ArrayReader.open(inflated, where)).end()),
      );
    });
    expect(cases).toBeGreaterThanOrEqual(times(200, 50));
  });

  it('are published whole, or not at all', LONG, async () => {
    const out = join(folder, 'out');
    let published = 0;
    await fuzz('runs', { share: 0.15, least: times(12, 3) }, async (pick, number) => {
      const archives = smallArchives(12, 3);
      const [file = '', bytes = Buffer.alloc(0)] = oneOf(pick, [...archives]);
      // The first is whole, so that one at least is published.
      archives.set(file, number === 0 || pick(4) === 0 ? bytes : mutated(bytes, pick));
      const definition = definitionOf(archives, { trainRows: 12, testRows: 3 });
      await writeArchives(join(folder, 'given'), archives);
      const options = { archives: join(folder, 'given'), cacheDir: join(folder, 'cache') };
      const error = await failsByCode(() => prepare(definition, { ...options, out, workers: 1 }));
      if (error === undefined) {
        const directory = join(out, definition.name, definition.version);
        const { faults, unchecked } = await verifyDataset(directory, {
          ...options,
          deep: true,
          definitions: [definition],
        });
        expect({ faults, unchecked }).toEqual({ faults: [], unchecked: [] });
        published++;
      }
      const left = await stat(out).then(
        () => readdirSync(out, { recursive: true }).map(String),
        () => [],
      );
      if (error !== undefined) expect(left).toEqual([]);
      expect(left.filter((path) => path.includes('incomplete'))).toEqual([]);
      await rm(out, { recursive: true, force: true });
    });
    expect(published).toBeGreaterThan(0);
  });
});

describe('definitions and locks', () => {
  const CONFIG = new URL('../../config/', import.meta.url);
  const TEXTS = readdirSync(CONFIG)
    .filter((file) => file.endsWith('.json'))
    .map((file) => readFileSync(new URL(file, CONFIG), 'utf8'));
  const LOCK = readFileSync(new URL('lock/published.json', CONFIG), 'utf8');
  const STRANGE = [
    null,
    true,
    -1,
    0.5,
    1e300,
    '',
    '..',
    '../up',
    '__proto__',
    'all',
    [],
    {},
    [[[]]],
    { name: 'x' },
    '\u0000',
    '9'.repeat(300),
  ];

  /** JSON with a value of it replaced, taken away, or doubled. */
  function strange(value: unknown, pick: Pick): unknown {
    if (typeof value !== 'object' || value === null || pick(6) === 0) return oneOf(pick, STRANGE);
    const entries = Object.entries(value);
    if (entries.length === 0) return oneOf(pick, STRANGE);
    const [key, inner] = oneOf(pick, entries);
    if (Array.isArray(value)) return value.toSpliced(Number(key), pick(2), strange(inner, pick));
    if (pick(8) === 0) return Object.fromEntries(entries.filter(([name]) => name !== key));
    const name =
      pick(8) === 0 ? oneOf(pick, ['archives', 'configs', 'config', '__proto__', 'member', 'x']) : key;
    return Object.fromEntries([...entries, [name, strange(inner, pick)]]);
  }

  it('are taken, or refused with a code', LONG, async () => {
    const path = join(folder, 'definition.json');
    const { cases } = await fuzz('definitions', { share: 0.1, least: times(500, 100) }, async (pick) => {
      const text = oneOf(pick, TEXTS);
      if (pick(3) > 0) {
        let value: unknown = JSON.parse(text);
        for (let times = 1 + pick(3); times > 0; times--) value = strange(value, pick);
        await failsByCode(() => parseDefinitions(value, 'any.json'));
      } else {
        writeFileSync(path, mutated(Buffer.from(text), pick));
        await failsByCode(() => readDefinitions(path));
      }
      await failsByCode(() => parseLock(mutated(Buffer.from(LOCK), pick).toString(), 'lock.json'));
    });
    expect(cases).toBeGreaterThanOrEqual(times(500, 100));
  });
});

describe('command lines', () => {
  const WORDS = [
    '--dataset',
    'mnist',
    'digits',
    'all',
    'emnist/all',
    '--definition',
    '--out',
    'data',
    '',
    '--archives',
    '--memory',
    '1GiB',
    '-1',
    '--formats',
    'parquet',
    'arrow,tfrecord',
    ',',
    '--image',
    'png',
    'tensor',
    '--tensors',
    'extension',
    '--index',
    '--compression',
    'zstd',
    '--arrow-stream',
    '--workers',
    '0',
    '2',
    '99999999999999999999',
    '--num-shards',
    '--max-shard-size',
    '5 MB',
    '--overwrite',
    '--dry-run',
    '--json',
    '--quiet',
    '--list',
    '--name',
    '--train',
    '--test',
    '--split',
    'a',
    'b',
    '--class-names',
    '--description',
    '--version',
    '-V',
    '--help',
    '-h',
    '--',
    '-',
    '---',
    '--out=',
    '--out=x',
    '--deep',
    '--update',
    '--lock',
    '\u0000',
    'ä',
    '--no-out',
    '--train=1',
    '__proto__',
  ];
  const line = (pick: Pick): string[] => Array.from({ length: pick(9) }, () => oneOf(pick, WORDS));

  it('are understood, or refused with a code', LONG, async () => {
    type Read = (command: Command, words: readonly string[]) => unknown;
    const parsers: [CliCommand, Read][] = [
      [prepareCommand, readPrepareWords],
      [defineCommand, readDefineWords],
      [verifyCommand, readVerifyWords],
      [regenerateCommand, readRegenerateWords],
    ];
    const parse = ([own, read]: [CliCommand, Read], words: string[]): void => {
      const command = complete(new Command('command'), own, '1.2.3').configureOutput({ writeOut: () => {} });
      try {
        read(command, words);
      } catch (error) {
        // Help and version are no failures.
        if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
      }
    };
    await fuzz('command lines', { share: 0.1, least: times(1000, 200) }, async (pick) => {
      const words = line(pick);
      for (const parser of parsers) {
        const error = await failsByCode(() => parse(parser, words));
        if (error !== undefined) expect([words, error.exitCode]).toEqual([words, 2]);
      }
    });
  });

  it('end with an exit code, and without a stack', LONG, async () => {
    await fuzz('processes', { share: 0.1, least: times(6, 2) }, async (pick) => {
      const words = line(pick).filter(
        (word) => !word.includes('\u0000') && !/^(mnist|all|emnist.*|--update|--lock)$/.test(word),
      );
      const name = oneOf(pick, ['verify', 'define', 'prepare']);
      const more = name === 'prepare' ? ['--dry-run'] : [];
      const ended = await run(process.execPath, [PROGRAM, name, ...more, ...words], {
        cwd: folder,
        env: { IDX_SHARDS_CACHE: join(folder, 'cache') },
      });
      expect([name, words, ended.stderr, ended.code]).toEqual([
        name,
        words,
        expect.not.stringContaining('INTERNAL'),
        expect.toSatisfy((code) => [0, 2, 4, 5].includes(code)),
      ]);
    });
  });
});

describe('files given to verify', () => {
  it('are found out, without a hang and without an error that has no code', LONG, async () => {
    const files = readdirSync(digits.directory);
    const tried = new Map<string, number>();
    await fuzz('published files', { share: 0.4, least: times(200, 40) }, async (pick) => {
      const file = oneOf(pick, files);
      const path = join(digits.directory, file);
      const bytes = readFileSync(path);
      const special = file.includes('tfrecord') ? reframed : file.endsWith('.json') ? renumbered : mutated;
      const other = pick(2) === 0 ? special(bytes, pick) : mutated(bytes, pick);
      writeFileSync(path, other);
      try {
        const withoutChecksums = pick(4) > 0;
        const { total, faults } = await digits.verify({ withoutChecksums, archives: undefined });
        for (const { error } of faults) if (error.code === 'INTERNAL') throw error;
        if (!other.equals(bytes) && (file !== 'SHA256SUMS' || !withoutChecksums))
          expect([file, total]).not.toEqual([file, 0]);
      } finally {
        writeFileSync(path, bytes);
      }
      tried.set(file, (tried.get(file) ?? 0) + 1);
    });
    expect([...tried.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(times(200, 40));
  });

  /** JSON with one of its numbers made another one. */
  function renumbered(json: Buffer, pick: Pick): Buffer {
    const numbers = [...json.toString().matchAll(/\d+/g)];
    const { index, 0: digits } = oneOf(pick, numbers);
    const other = oneOf(pick, [
      '0',
      '1',
      '2',
      '13',
      '255',
      '65536',
      '4294967295',
      '4294967296',
      '999999999999999',
      '1e9',
    ]);
    return Buffer.concat([json.subarray(0, index), Buffer.from(other), json.subarray(index + digits.length)]);
  }

  /** A TFRecord file of which an Example is damaged, and framed as if it were right: the checksums say nothing. */
  function reframed(file: Buffer, pick: Pick): Buffer {
    const length = Number(file.readBigUInt64LE(0));
    const data = mutated(file.subarray(12, 12 + length), pick);
    const framed = Buffer.alloc(16 + data.length);
    framed.writeBigUInt64LE(BigInt(data.length), 0);
    framed.writeUInt32LE(maskedCrc32c(framed, 0, 8), 8);
    framed.set(data, 12);
    framed.writeUInt32LE(maskedCrc32c(framed, 12, 12 + data.length), 12 + data.length);
    return Buffer.concat([framed, file.subarray(16 + length)]);
  }
});
