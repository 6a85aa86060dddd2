import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadDefinition } from '../src/index.js';
import { automaticShardCount } from '../src/plan/shards.js';
import { Job } from '../src/stages/job.js';
import { type JobSpec, specOf } from '../src/stages/job-spec.js';
import { mapTasks } from '../src/stages/map-tasks.js';
import { runTask } from '../src/stages/run-task.js';
import { STAGES } from '../src/stages/task.js';
import { FolderStorage } from '../src/storage/folder.js';
import { writeArchives } from './fixtures/archives.js';
import { PROJECT } from './fixtures/cli.js';
import { digitsArchives } from './fixtures/digits.js';
import { emptyFolder } from './fixtures/folder.js';
import { INPUTS } from './fixtures/inputs.js';
import { CountedStorage } from './stages/counted-storage.js';
import { machineWith, TOOL } from './stages/jobs.js';

const page = () => readFile(join(PROJECT, 'docs', 'many-machines.md'), 'utf8');

/** What the requests of a job come to, with a command of its own for each task, as the page says. */
function requestsOf({ maps, shards, formats, checks = 0 }: Size): { put: number; get: number; head: number } {
  const tasks = maps + checks + shards + 2;
  return {
    put: 2 * maps + checks + shards * (formats + 1) + 2 * tasks + 7,
    get: 2 * maps + shards * (maps + 3) + 2,
    head: 5 * tasks - 1,
  };
}

interface Size {
  maps: number;
  shards: number;
  formats: number;
  /** Map tasks that read an archive for its checksum. */
  checks?: number;
}

const DOLLARS = { put: 0.005 / 1000, get: 0.0004 / 1000, storage: 0.023 / 30 / 1e9 };

/** The bytes that a row of digits takes: its record, on its way, and in three formats together. */
interface RowBytes {
  record: number;
  shuffled: number;
  published: number;
}

async function rowBytesOfDigits(): Promise<RowBytes> {
  const archives = await emptyFolder();
  await writeArchives(archives, digitsArchives);
  const machine = await machineWith(archives);
  onTestFinished(() => machine.close());
  const storage = new FolderStorage(await emptyFolder());
  const definition = await loadDefinition('digits');
  const job = await Job.open(storage, specOf(definition, {}, TOOL));
  const bytes: RowBytes = { record: 0, shuffled: 0, published: 0 };
  for (const stage of STAGES) {
    const tasks = await job.tasks(stage);
    for (let number = 0; number < tasks; number++) await runTask(job, { stage, number }, machine);
    if (stage === 'map')
      for await (const object of storage.list(`.idx-shards/${job.id}/rows/`)) bytes.shuffled += object.bytes;
    if (stage === 'plan')
      bytes.record = (await job.plan()).splits.reduce((sum, split) => sum + split.recordBytes, 0);
  }
  for await (const { key, bytes: size } of storage.list(job.directory))
    if (key.includes('-of-')) bytes.published += size;
  const rows = definition.splits.reduce((sum, split) => sum + split.rows, 0);
  return { record: bytes.record / rows, shuffled: bytes.shuffled / rows, published: bytes.published / rows };
}

/** A data set of one split out of one plain IDX file. */
function plainSpec(rows: number): JobSpec {
  const archive = (file: string, bytes: number) => ({ file, bytes, sha256: '0'.repeat(64) });
  return specOf(
    {
      name: 'own',
      version: '1.0.0',
      description: 'On paper.',
      mirrors: [],
      image: { name: 'image', shape: [28, 28, 1] },
      label: { name: 'label', classes: 10 },
      splits: [
        {
          name: 'train',
          rows,
          images: archive('images', 16 + 784 * rows),
          labels: archive('labels', 8 + rows),
        },
      ],
    },
    {},
    TOOL,
  );
}

const decimal = (bytes: number): string =>
  bytes < 1e12 ? `${(bytes / 1e9).toFixed(0)} GB` : `${(bytes / 1e12).toFixed(1)} TB`;
const count = (value: number): string => value.toLocaleString('en-US');
const dollars = (value: number): string => value.toFixed(2);

/** The table of the page. */
function costs(bytes: RowBytes, overhead: number): string {
  const lines = [70_000_000, 1_000_000_000, 2 ** 31 - 1].map((rows) => {
    const tasks = mapTasks(plainSpec(rows));
    const maps = tasks.filter(({ kind }) => kind === 'rows').length;
    const shards = automaticShardCount(rows * (bytes.record - 16), rows);
    const { put, get, head } = requestsOf({ maps, shards, formats: 3, checks: tasks.length - maps });
    const shuffled = rows * bytes.shuffled;
    const moved = rows * (2 * 784 + 2 * bytes.shuffled + bytes.published);
    return [
      ...[
        count(rows),
        count(maps),
        count(shards),
        decimal(shuffled),
        decimal(rows * bytes.published),
        decimal(moved),
      ],
      `${(shuffled / maps / shards / 2 ** 20).toFixed(1)} MiB`,
      ...[count(put), count(get), count(head), ((rows * 30.9e-6 * overhead) / 3600).toFixed(1)],
      ...[dollars(put * DOLLARS.put + (get + head) * DOLLARS.get), dollars(shuffled * DOLLARS.storage)],
    ];
  });
  const head = [
    'rows',
    'map tasks',
    'shards',
    'rows on their way',
    'data set',
    'bytes moved',
    'read a range',
    'PUT',
    'GET',
    'HEAD',
  ];
  const more = ['core hours', 'requests, $', 'a day of storage, $'];
  const columns = [...head, ...more];
  return [columns, columns.map(() => '---:'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

describe('docs/many-machines.md', () => {
  let text: string;
  beforeAll(async () => {
    text = await page();
  });

  it('computes its minutes from what was measured of many rows', async () => {
    const benchmarks = await readFile(join(PROJECT, 'docs', 'benchmarks.md'), 'utf8');
    const [, manyRows = ''] = benchmarks.split('| scale, 7,000,000 rows');
    const value = (what: string): number => {
      const found = new RegExp(`rows over and over +\\| ${what} +\\| +([0-9.]+)`).exec(manyRows);
      return Number(found?.[1]);
    };
    expect(text).toContain(`rows times ${value('us a row')} us`);
    expect(text).toContain(`rows x ${((value('CPU, s') / 7e6) * 1e6).toFixed(1)} us, the CPU`);
    const [, table = ''] = /\| rows \| minutes \|([\s\S]*?)\n\n/.exec(text) ?? [];
    const lines = [...table.matchAll(/^\| ([0-9,]+) \| (under 1|[0-9]+) \|/gm)];
    expect(lines).toHaveLength(7);
    for (const [, rows = '', minutes = ''] of lines) {
      const computed = (Number(rows.replaceAll(',', '')) * value('us a row')) / 60e6;
      if (minutes === 'under 1') expect(computed).toBeLessThan(1);
      else expect(Math.abs(computed - Number(minutes))).toBeLessThanOrEqual(Math.max(0.5, computed / 100));
    }
  });

  it('counts the requests as a job asks them', async () => {
    const input = await INPUTS['images and labels, gzip']();
    const machine = await machineWith(input.folder);
    onTestFinished(() => machine.close());
    for (const [maps, numShards] of [
      [2, 3],
      [5, 3],
      [2, 8],
    ] as const) {
      const storage = new CountedStorage(await emptyFolder());
      const spec = specOf(input.definition, { maps, numShards }, TOOL);
      for (const stage of STAGES) {
        const tasks = await (await Job.open(new FolderStorage(storage.url), spec)).tasks(stage);
        for (let number = 0; number < tasks; number++)
          await runTask(await Job.open(storage, spec), { stage, number }, machine);
      }
      const { list: _, ...asked } = storage.asked;
      expect({ maps, numShards, ...asked }).toEqual({
        maps,
        numShards,
        ...requestsOf({ maps, shards: numShards, formats: 3 }),
      });
    }
  });

  it('has the table of costs that the code gives', async () => {
    const [, overhead = ''] = /, x ([0-9.]+), what the stages/.exec(text) ?? [];
    const [, table] = /<!-- costs -->\n([\s\S]*)<!-- \/costs -->/.exec(text) ?? [];
    expect(table).toBe(`\n${costs(await rowBytesOfDigits(), Number(overhead))}\n`);
  });

  it('has no link that leads nowhere', async () => {
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect((await stat(join(PROJECT, 'docs', link))).isFile()).toBe(true);
  });
});
