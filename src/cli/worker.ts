import { hostname, tmpdir } from 'node:os';
import { type Command, Option } from 'commander';
import { datasetId } from '../dataset/definition.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import type { TaskData } from '../engine/bullmq/tasks.js';
import type { WorkerEvent } from '../engine/bullmq/worker.js';
import { taskName } from '../engine/dispatcher.js';
import { DatasetError } from '../errors.js';
import type { PrepareEvent } from '../prepare/events.js';
import { Job } from '../stages/job.js';
import { Machine } from '../stages/machine.js';
import { runTask, type TaskOutcome } from '../stages/run-task.js';
import { openStorage } from '../storage/open-storage.js';
import { type CliCommand, EVENTS, usage } from './command.js';
import { printJson, userCacheDir } from './ending.js';
import { endSoon, engineOf, PASSWORD_HELP } from './engine-words.js';
import { addArchivesOption, addMachineOptions } from './prepare-arguments.js';
import { engineText } from './progress.js';
import { listenForStop, type Stop } from './stop.js';
import { packageVersion } from './version.js';

const HELP = `Examples:
  $ idx-shards worker --engine redis://redis.example                  on each machine that is to take part
  $ idx-shards worker --engine rediss://user:password@redis.example   with a password, over TLS
  $ idx-shards worker --engine redis://redis.example --archives /data/archives --scratch /fast/disk

Any number of workers, on any number of machines, take part in what idx-shards prepare --engine gives them; they are started before
it or after it. SIGTERM or Ctrl-C ends a worker after its task, with exit code 0, and a second one at once.

Exit codes: 0 done, 2 usage, 3 no such Redis.
Environment: ${PASSWORD_HELP}, NODE_EXTRA_CA_CERTS (a file with the authority
that signed the certificate of Redis), IDX_SHARDS_CACHE (where downloads are kept), HTTPS_PROXY, HTTP_PROXY, NO_PROXY, and those of
the storage's client, such as AWS_PROFILE.
`;

/** What the command line of `worker` says. */
interface WorkerArguments {
  engine: string;
  archives?: string | undefined;
  workers?: number | undefined;
  memory?: number | undefined;
  scratch?: string | undefined;
  json?: boolean | undefined;
  quiet?: boolean | undefined;
}

/** Takes part in jobs that `prepare --engine` has done: errors and a line a task on stderr. */
export const workerCommand: CliCommand = {
  declare(command) {
    command.addOption(new Option('--engine <url>', 'the Redis that has the tasks: redis://host:6379'));
    addArchivesOption(command);
    addMachineOptions(command);
    command.option(
      '--scratch <dir>',
      "a folder of this machine for files on their way (default: the system's temporary folder)",
    );
  },
  json: EVENTS,
  quiet: 'errors alone',
  help: HELP,
  run: (command, words) => work(readWorkerWords(command, words)),
};

function readWorkerWords(command: Command, words: readonly string[]): WorkerArguments {
  const options = command.parse(words, { from: 'user' }).opts<Partial<WorkerArguments>>();
  const { engine } = options;
  // An empty one is a variable that was not set.
  if (!engine) throw usage('--engine is missing: which Redis has the tasks?');
  for (const option of ['archives', 'scratch'] as const)
    if (options[option] === '') throw usage(`--${option} is empty`);
  return { ...options, engine };
}

async function work(words: WorkerArguments): Promise<number> {
  const address = engineOf(words.engine, 'worker');
  const say = (line: string): void => {
    if (words.quiet !== true) process.stderr.write(`${line}\n`);
  };
  const stop = listenForStop(
    () => say('ends after its task; another signal ends it at once'),
    () => new DatasetError('INTERRUPTED', 'interrupted: the task goes to another worker'),
  );
  const part = new Part(words, stop, await packageVersion(), say);
  try {
    const { connectEngine } = await import('../engine/bullmq/connect.js');
    const { takeTasks } = await import('../engine/bullmq/worker.js');
    const engine = await connectEngine(address);
    say(`takes tasks from ${address.shown}`);
    if (words.json === true) printJson({ event: 'ready', engine: address.shown });
    await takeTasks(engine, {
      doTask: (task) => part.do(task),
      stop: stop.after,
      onEvent: (event) => part.tell(event),
    });
    return 0;
  } finally {
    stop.close();
    await part.close();
    endSoon();
  }
}

/** What a task came to, to be told when it is done. */
interface Known {
  dataset: string;
  outcome: TaskOutcome;
}

/** The part that this machine takes in jobs, one task after the other. */
class Part {
  readonly #words: WorkerArguments;
  readonly #stop: Stop;
  readonly #tool: string;
  readonly #say: (line: string) => void;
  #machine: Machine | undefined;
  #job: Job | undefined;
  #known: Known | undefined;

  constructor(words: WorkerArguments, stop: Stop, tool: string, say: (line: string) => void) {
    this.#words = words;
    this.#stop = stop;
    this.#tool = tool;
    this.#say = say;
  }

  async do(task: TaskData): Promise<void> {
    this.#known = undefined;
    const job = await this.#jobOf(task);
    // It is done, and what it left is gone: the task was late.
    if (job === undefined) return;
    const outcome = await runTask(job, task, this.#machineFor(this.#words.archives ?? task.archives));
    this.#known = { dataset: datasetId(job.spec.definition), outcome };
  }

  tell(event: WorkerEvent): void {
    if (event.event === 'engine') {
      this.#say(engineText(event));
      if (this.#words.json === true) printJson(event);
      return;
    }
    const { stage, number, storage } = event.task;
    const about = { storage, stage, number };
    if (event.event === 'begin') {
      if (this.#words.json === true) printJson({ event: 'begin', ...about });
      return;
    }
    if (event.event === 'end') {
      const { dataset, outcome = 'finished' } = this.#known ?? {};
      const seconds = Math.round(event.seconds * 1000) / 1000;
      if (this.#words.json === true) printJson({ event: 'end', dataset, ...about, outcome, seconds });
      const what = outcome === 'done' ? `${seconds.toFixed(1)} s` : outcome;
      this.#say(`${taskName(event.task)} of ${dataset ?? 'a data set'} in ${storage}: ${what}`);
      return;
    }
    const { error, again } = event;
    const { code, message, expected, found, next } = error;
    if (this.#words.json === true)
      printJson({ event: 'fail', ...about, again, code, message, expected, found, next });
    const end = again ? 'it is tried again, here after a rest' : 'the run that asked for it ends';
    process.stderr.write(`${taskName(event.task)} in ${storage} failed: ${message} [${code}]; ${end}\n`);
  }

  async close(): Promise<void> {
    await this.#machine?.close();
  }

  async #jobOf({ storage: url, job: id, directory }: TaskData): Promise<Job | undefined> {
    // Most tasks are of the job that the one before was of.
    if (this.#job?.id === id && this.#job.storage.url === url) return this.#job;
    const storage = await openStorage(url, { signal: this.#stop.now });
    this.#job = await Job.read(storage, id, this.#tool);
    // Without this, who asked for the task would hear that it is done, look in vain for what it made, and ask again for ever.
    if (this.#job === undefined && (await storage.sizeOf(`${directory}${DATASET_INFO_FILE}`)) === undefined)
      throw unseenJob(url);
    return this.#job;
  }

  #machineFor(archives: string | undefined): Machine {
    if (this.#machine === undefined || this.#machine.settings.archives !== archives) {
      void this.#machine?.close();
      const { workers, memory, scratch = tmpdir() } = this.#words;
      this.#machine = new Machine({
        archives,
        cacheDir: userCacheDir(),
        workers,
        memory,
        scratch,
        signal: this.#stop.now,
        onEvent: (event: PrepareEvent) => {
          if (event.event === 'warning') this.#say(`warning: ${event.message}`);
        },
      });
    }
    return this.#machine;
  }
}

function unseenJob(url: string): DatasetError {
  return new DatasetError('STORAGE_UNSAFE', `the machine ${hostname()} sees nothing of the job in ${url}`, {
    expected: 'the place that prepare --engine writes to, by the same name on every machine',
    found: 'neither the job nor its data set',
    next: 'Mount the shared folder at the same path on all machines, or take --out s3://bucket/prefix. A job that was removed with --clean is of no concern.',
  });
}
