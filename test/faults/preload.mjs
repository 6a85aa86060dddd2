// Loaded into a process with `node --import`, and with it into its workers: counts every operation on files below the folder
// FAULTS_ROOT, of all threads together, and has one of them end the process, fail, or write less than it was given. Node's
// functions are replaced where everybody finds them, so that what runs is the project as it is.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const fs = require('node:fs');
const { FAULTS_ROOT: root = '', FAULTS_PLAN = '{}', FAULTS_REPORT: reportPath } = process.env;
/**
 * `at`: the operation, from 1, that is the last one (`kill`), that fails by `code`, during which the process
 * gets a `signal` or its worker ends (`endWorker`), or from which on writes are `short`.
 * `trace` notes the names and paths of the main thread's operations.
 */
const plan = JSON.parse(FAULTS_PLAN);
const real = { ...fs, exit: process.kill.bind(process) };

/** Operations so far; files opened and closed by this kind of thread; whether the fault happened. Shared by all threads. */
const shared = getEnvironmentData('faults') ?? new Int32Array(new SharedArrayBuffer(24));
if (isMainThread) setEnvironmentData('faults', shared);
const [COUNT, STRUCK] = [0, 1];
const [OPENED, CLOSED] = isMainThread ? [2, 3] : [4, 5];
const trace = [];
let struck = '';

/** Open files below the root: their paths. */
const files = new Map();

const isOurs = (path) =>
  typeof path === 'string' && `${resolve(path)}${sep}`.startsWith(`${resolve(root)}${sep}`);

function faultAt(name, path, isWrite) {
  const at = Atomics.add(shared, COUNT, 1) + 1;
  if (plan.trace === true) trace.push([name, path]);
  if (plan.short === true && isWrite && at >= plan.at) return 'short';
  if (at !== plan.at) return undefined;
  Atomics.store(shared, STRUCK, 1);
  struck = `${name} ${path}`;
  if (plan.kill === true) return 'kill';
  if (plan.signal !== undefined) real.exit(process.pid, plan.signal);
  if (plan.endWorker === true && !isMainThread) process.exit(1);
  return plan.code === undefined ? undefined : 'fail';
}

function failure(name, path) {
  const message = `${plan.code}: provoked, ${name} '${path}'`;
  return Object.assign(new Error(message), { code: plan.code, syscall: name, path });
}

const kill = () => real.exit(process.pid, 'SIGKILL');

/** What a call is about: the path of its first argument, or of the file that the number stands for. */
const pathOf = (first) => (typeof first === 'number' ? files.get(first) : isOurs(first) ? first : undefined);

/** Writes get the bytes and where in them to begin and how many: half of these are left, if there are two. */
function shortened(words) {
  const [first, bytes, offset = 0, length = bytes.length - offset, ...others] = words;
  if (typeof bytes === 'string' || length < 2) return words;
  return [first, bytes, offset, length >> 1, ...others];
}

function noteOpen(file, path) {
  files.set(file, path);
  Atomics.add(shared, OPENED, 1);
}

function noteClose(file) {
  if (files.delete(file)) Atomics.add(shared, CLOSED, 1);
}

for (const name of ['openSync', 'closeSync', 'writeSync', 'readSync', 'fsyncSync', 'renameSync', 'rmSync']) {
  fs[name] = (...words) => {
    const path = pathOf(words[0]);
    if (path === undefined) return real[name](...words);
    const fault = faultAt(name, path, name === 'writeSync');
    if (fault === 'fail' && name !== 'closeSync') throw failure(name, path);
    if (name === 'closeSync') noteClose(words[0]);
    try {
      const result = real[name](...(fault === 'short' ? shortened(words) : words));
      if (name === 'openSync') noteOpen(result, path);
      if (fault === 'fail') throw failure(name, path);
      return result;
    } finally {
      if (fault === 'kill') kill();
    }
  };
}

// The streams of node:fs call these.
for (const name of ['open', 'close', 'read']) {
  fs[name] = (...words) => {
    const path = pathOf(words[0]);
    if (path === undefined) return real[name](...words);
    const fault = faultAt(name, path, false);
    const callback = words.pop();
    if (fault === 'fail' && name !== 'close') return process.nextTick(callback, failure(name, path));
    if (name === 'close') noteClose(words[0]);
    return real[name](...words, (error, result, ...more) => {
      if (name === 'open' && !error) noteOpen(result, path);
      if (fault === 'kill') kill();
      callback(fault === 'fail' ? failure(name, path) : error, result, ...more);
    });
  };
}

const promises = { ...fs.promises };
const WITH_PATH =
  'access copyFile link lstat mkdir open readFile readdir realpath rename rm rmdir stat statfs writeFile';
for (const name of WITH_PATH.split(' ')) {
  fs.promises[name] = async (...words) => {
    const path = pathOf(words[0]);
    if (path === undefined) return promises[name](...words);
    const fault = faultAt(name, path, false);
    if (fault === 'fail') throw failure(name, path);
    try {
      const result = await promises[name](...words);
      if (name === 'open') handleOpened(result, path);
      return result;
    } finally {
      // Also an operation that the system refuses is one: a look at what is not there.
      if (fault === 'kill') kill();
    }
  };
}

const handles = new WeakMap();
let isPatched = false;

function handleOpened(handle, path) {
  handles.set(handle, path);
  Atomics.add(shared, OPENED, 1);
  if (!isPatched) patchHandles(Object.getPrototypeOf(handle));
  isPatched = true;
  patchMethod(handle, 'close'); // Every handle has its own.
}

function patchHandles(prototype) {
  const names = ['appendFile', 'datasync', 'read', 'stat', 'sync', 'truncate', 'write'];
  for (const name of names) patchMethod(prototype, name);
}

function patchMethod(owner, name) {
  const method = owner[name];
  owner[name] = async function (...words) {
    const path = handles.get(this);
    if (path === undefined) return method.apply(this, words);
    const fault = faultAt(`handle.${name}`, path, name === 'write');
    if (fault === 'fail' && name !== 'close') throw failure(name, path);
    if (name === 'close') {
      handles.delete(this);
      Atomics.add(shared, CLOSED, 1);
    }
    const given = fault === 'short' ? shortened([this, ...words]).slice(1) : words;
    try {
      const result = await method.apply(this, given);
      if (fault === 'fail') throw failure(name, path);
      return result;
    } finally {
      if (fault === 'kill') kill();
    }
  };
}

syncBuiltinESMExports();

/** What happened, since the last time that this was asked. */
globalThis.faults = {
  begin(next) {
    for (const key of Object.keys(plan)) delete plan[key];
    Object.assign(plan, next);
    process.env.FAULTS_PLAN = JSON.stringify(next); // For workers that are yet to begin.
    shared.fill(0);
    trace.length = 0;
    struck = '';
  },
  report: () => ({
    operations: shared[COUNT],
    opened: shared[OPENED],
    closed: shared[CLOSED],
    openedByWorkers: shared[4],
    closedByWorkers: shared[5],
    happened: shared[STRUCK] === 1,
    struck,
    trace,
  }),
};

if (isMainThread && reportPath !== undefined) {
  process.on('exit', () => real.writeFileSync(reportPath, JSON.stringify(globalThis.faults.report())));
}
