// Prepares a small data set again and again in one process, each time with another operation on files that fails, and prints
// what came of it as JSON. Run with `node --import preload.mjs disk-driver.mjs SETTINGS`, where SETTINGS is JSON:
// `definition`, `archives` (a folder), `code` (of the failure, or none for short writes), `memory`, `overwrite`, `step`, `first`.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatasetError, prepare } from '../../dist/src/index.js';

const settings = JSON.parse(process.argv[2]);
const { archives, code, memory, overwrite, first, step } = settings;
const root = process.env.FAULTS_ROOT;
const faults = globalThis.faults;
const HANGS = 30_000;

const bodies = new Map();
for (const file of await readdir(archives)) bodies.set(`/${file}`, await readFile(join(archives, file)));
const server = createServer((request, response) => {
  const body = bodies.get(request.url);
  response.writeHead(200, { 'content-length': body.length, etag: `"${body.length}"` }).end(body);
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const definition = { ...settings.definition, mirrors: [`http://127.0.0.1:${server.address().port}/`] };

const run = (folder, more) =>
  prepare(definition, {
    out: join(folder, 'out'),
    cacheDir: join(folder, 'cache'),
    workers: 1,
    formats: ['tfrecord', 'arrow', 'parquet'],
    memory,
    overwrite,
    ...more,
  });

async function digests(folder) {
  const target = join(folder, 'out', definition.name, definition.version);
  const files = await readdir(target).catch(() => undefined);
  if (files === undefined) return 'absent';
  const sums = files.sort().map(async (file) => {
    const hash = createHash('sha256').update(await readFile(join(target, file)));
    return `${hash.digest('hex')} ${file}`;
  });
  return (await Promise.all(sums)).join('\n');
}

/** What lies there beside the data set and whole archives. */
async function leftovers(folder) {
  const all = await readdir(folder, { recursive: true });
  return all.filter((path) => /incomplete|\.lock|\.part|scratch/.test(path));
}

async function newFolder(name) {
  const folder = join(root, name);
  await mkdir(folder);
  if (overwrite === true) await cp(older, join(folder, 'out'), { recursive: true });
  return folder;
}

const older = join(root, 'older');
if (overwrite === true) await run(root, { out: older, overwrite: false, numShards: 2 });
const whole = await newFolder('whole');
const before = await digests(whole);
faults.begin({});
await run(whole);
const { operations } = faults.report();
const golden = await digests(whole);

const result = { operations, tried: 0, failed: 0, succeeded: 0, missed: 0, problems: [] };
for (let at = first; at <= operations; at += step) {
  const folder = await newFolder(`at-${at}`);
  faults.begin(code === undefined ? { at, short: true } : { at, code });
  let hanging;
  const hang = new Promise((resolve) => {
    hanging = setTimeout(resolve, HANGS, 'hangs');
  });
  const ended = await Promise.race([
    run(folder).then(
      () => undefined,
      (error) => error,
    ),
    hang,
  ]);
  clearTimeout(hanging);
  const { happened, struck, opened, closed, openedByWorkers, closedByWorkers } = faults.report();
  faults.begin({});
  const problem = (what) =>
    result.problems.push({
      at,
      struck,
      what,
      error: ended?.message,
      code: ended?.code,
      stack: ended?.cause?.stack,
    });
  const found = await digests(folder);
  result.tried++;
  if (ended === undefined) {
    result.succeeded++;
    if (found !== golden) problem('a run that succeeded published something else');
  } else {
    result.failed++;
    if (!(ended instanceof DatasetError)) problem('the error is none of ours');
    else if (ended.exitCode !== 5) problem(`exit code ${ended.exitCode}`);
    else if (code === 'ENOSPC' && ended.code !== 'DISK_FULL') problem('a full disk is called otherwise');
    if (found !== before) problem('a run that failed changed what was there');
  }
  if (opened !== closed) problem(`${opened} files opened, ${closed} closed`);
  // A run that fails ends its worker in the middle of the next task, whose shard and scratch file Node.js closes.
  const byWorkers = `${openedByWorkers} files opened by the worker, ${closedByWorkers} closed`;
  if (openedByWorkers - closedByWorkers > 2) problem(byWorkers);
  const left = await leftovers(folder);
  if (left.length > 0 || ended !== undefined) {
    const again = await run(folder).then(
      () => undefined,
      (error) => error,
    );
    if (again !== undefined) problem(`the next run fails: ${again.message}`);
    else if ((await digests(folder)) !== golden) problem('the next run publishes something else');
    const still = await leftovers(folder);
    if (still.length > 0) problem(`left by the next run: ${still}`);
    // A download that another's failure broke off is kept, to be gone on with.
    const unwanted = left.filter((path) => !/^cache\b.*\.part(\.json)?$/.test(path));
    if (
      unwanted.length > 0 &&
      !/^(rm|handle.close|rename|lstat|open|readdir|stat|handle.sync|handle.read|link)/.test(struck)
    )
      problem(`left: ${unwanted}`);
  }
  if (!happened && code !== undefined) result.missed++;
  await rm(folder, { recursive: true, force: true });
}
server.close();
console.log(JSON.stringify(result));
