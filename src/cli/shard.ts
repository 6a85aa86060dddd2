import { tmpdir } from 'node:os';
import { type Command, Option } from 'commander';
import { type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { loadDefinitions, readDefinitions } from '../dataset/registry.js';
import { DatasetError } from '../errors.js';
import { formatThings } from '../fs/size.js';
import type { PrepareEvent } from '../prepare/events.js';
import { cleanTarget } from '../stages/clean.js';
import { Job } from '../stages/job.js';
import { type JobSpec, specOf } from '../stages/job-spec.js';
import { datasetPlace } from '../stages/keys.js';
import { Machine } from '../stages/machine.js';
import { runTask, type TaskOutcome } from '../stages/run-task.js';
import { STAGES, type Stage, type Task } from '../stages/task.js';
import { openStorage } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { type ArrayPlace, arrayPlace } from './array-place.js';
import { type CliCommand, count, EVENTS, usage } from './command.js';
import { printJson, userCacheDir } from './ending.js';
import {
  addArchivesOption,
  addDatasetOptions,
  addFormOptions,
  addMachineOptions,
  numShardsOption,
  type PrepareArguments,
} from './prepare-arguments.js';
import { progressLines } from './progress.js';
import { folderBeside } from './source.js';
import { packageVersion } from './version.js';

const HELP = `Examples:
  $ idx-shards shard --stage map --index 0 --of 10 --out s3://bucket/data --dataset quickdraw_bitmap
  $ sbatch --array=0-9 --wrap 'idx-shards shard --stage map --out /shared/data --dataset quickdraw_bitmap'

The stages are map, plan, reduce and finish, one after the other; within a stage, any number of machines at once. Of N machines
each has its own --index, from 0 to N - 1, and does every Nth task of the stage. All of them need the same options. What they
make is what idx-shards prepare makes, byte for byte. A task may be run again at any time.

Without --index and --of, these come from SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX (Kubernetes; --of is needed), or
AWS_BATCH_JOB_ARRAY_INDEX; without any of them, this machine does the whole stage.

What a machine that died left unfinished is done by the same command again. --clean takes away what a job left that nobody will end.

Exit codes: 0 done, 2 usage, 3 network, 4 integrity, 5 disk, or other options than the job at work (LOCKED), 75 the stage before is
not done yet (try again later), 130 and 143 interrupted by SIGINT and SIGTERM.
`;

/** What the command line of `shard` says. */
interface ShardArguments
  extends Pick<
    PrepareArguments,
    | 'dataset'
    | 'definition'
    | 'archives'
    | 'out'
    | 'formats'
    | 'image'
    | 'tensors'
    | 'compression'
    | 'arrowStream'
    | 'workers'
    | 'memory'
    | 'numShards'
    | 'maxShardSize'
    | 'overwrite'
    | 'json'
    | 'quiet'
  > {
  /** Nothing where `clean` is asked for. */
  stage?: Stage | undefined;
  index?: number | undefined;
  indexColumn?: boolean | undefined;
  of?: number | undefined;
  maps?: number | undefined;
  scratch: string;
  clean?: boolean | undefined;
}

/** Does this machine's tasks of one stage of a job: for schedulers that run one command many times. */
export const shardCommand: CliCommand = {
  declare(command) {
    command
      .addOption(new Option('--stage <stage>', 'which stage').choices(STAGES))
      .option('--index <i>', 'which of the machines this is, from 0', wholeNumber('--index'))
      .option('--of <n>', 'how many machines there are', count('--of', 1_000_000));
    addDatasetOptions(command);
    command.option(
      '--out <place>',
      'where the data set goes: s3://bucket/prefix, or a folder that all machines share',
    );
    addArchivesOption(command);
    addFormOptions(command, '--index-column');
    command
      .addOption(numShardsOption())
      .option(
        '--maps <n>',
        'map tasks a split (default: by the size of its archives)',
        count('--maps', 100_000),
      );
    addMachineOptions(command);
    command
      .option('--scratch <dir>', 'a folder of this machine for files on their way', tmpdir())
      .addOption(
        new Option(
          '--clean',
          'instead of a stage: remove what jobs of this data set left unfinished; no machine may be at work on it',
        ).conflicts(['stage', 'index', 'of']),
      )
      // What prepare takes on one machine is refused with the reason, and not as unknown.
      .addOption(new Option('--max-shard-size <size>').hideHelp())
      .addOption(new Option('--overwrite').hideHelp());
  },
  json: EVENTS,
  quiet: 'say nothing of what is done',
  help: HELP,
  interrupted: {
    untouched: 'the tasks that were not done are to be run again',
    next: 'Run the command again.',
  },
  run: (command, words, signal) => shard(readShardWords(command, words), signal),
};

/**
 * Reads a command line.
 *
 * @throws {DatasetError} `USAGE`
 */
function readShardWords(command: Command, words: readonly string[]): ShardArguments {
  const options = command.parse(words, { from: 'user' }).opts<ShardArguments>();
  if (!options.out) throw usage('--out is missing: where shall the data go?');
  if (options.stage === undefined && options.clean !== true)
    throw usage(`--stage is missing: one of ${STAGES.join(', ')}`);
  return options;
}

async function shard(words: ShardArguments, signal: AbortSignal): Promise<number> {
  const place = words.stage === undefined ? undefined : arrayPlace(words, process.env);
  const { definition, archives } = await oneDefinition(words);
  const spec = specOf(
    definition,
    { ...words, index: words.indexColumn, arrowForm: words.arrowStream === true ? 'stream' : 'file' },
    await packageVersion(),
  );
  const storage = await openStorage(words.out ?? '', { signal });
  await storage.probe();
  if (words.stage === undefined || place === undefined) await clean(storage, spec, words);
  else
    await runStage(await Job.open(storage, spec), { ...words, archives, stage: words.stage, place }, signal);
  return 0;
}

/** A stage, and which of its tasks are this machine's. */
type StageWords = ShardArguments & { stage: Stage; place: ArrayPlace };

/** Does this machine's tasks of a stage, one after the other. */
async function runStage(job: Job, words: StageWords, signal: AbortSignal): Promise<void> {
  const { stage, place, json, quiet } = words;
  const dataset = datasetId(job.spec.definition);
  const outcomes: TaskOutcome[] = [];
  let current: Task = { stage, number: place.index };
  const show = quiet === true ? () => {} : progressLines((line) => process.stderr.write(`${line}\n`)).show;
  const onEvent = (event: PrepareEvent): void => {
    const { event: name, ...fields } = event;
    if (json === true) printJson({ event: name, dataset, ...current, ...fields });
    show(event);
  };
  const machine = new Machine({ ...words, cacheDir: userCacheDir(), signal, onEvent });
  try {
    const isThere = await job.isFinished();
    // Whoever ended it may have died before all of its work was gone.
    if (isThere && stage === 'finish') await job.clean();
    const tasks = isThere ? 0 : await job.tasks(stage);
    for (let number = place.index; number < tasks; number += place.of) {
      current = { stage, number };
      const outcome = await runTask(job, current, machine);
      outcomes.push(outcome);
      if (json === true) printJson({ event: 'task', dataset, ...current, outcome });
    }
  } finally {
    await machine.close();
  }
  const done = outcomes.filter((outcome) => outcome === 'done').length;
  const tasks = outcomes.length;
  const isFinished = await job.isFinished();
  if (json === true) printJson({ event: 'done', dataset, stage, tasks, done, isFinished });
  else if (quiet !== true) process.stdout.write(text(job, stage, { done, tasks, isFinished }));
}

async function clean(storage: Storage, spec: JobSpec, { json, quiet }: ShardArguments): Promise<void> {
  const removed = await cleanTarget(storage, spec);
  if (json === true)
    printJson({ event: 'clean', dataset: datasetId(spec.definition), place: storage.url, removed });
  else if (quiet !== true)
    process.stdout.write(`${storage.url}: ${formatThings(removed, 'object')} removed\n`);
}

function text(
  job: Job,
  stage: Stage,
  { done, tasks, isFinished }: { done: number; tasks: number; isFinished: boolean },
): string {
  const place = datasetPlace(job.storage, job.spec);
  if (isFinished) return `${place} is there, and complete\n`;
  if (tasks === 0) return `${stage}: no task of it is this machine's\n`;
  const before = tasks === done ? '' : `, ${tasks - done} of them before`;
  return `${stage}: ${formatThings(tasks, 'task')} done${before}\n`;
}

/** One at a time: each machine of an array has one job to do. */
async function oneDefinition({
  dataset,
  definition: file,
  archives,
}: ShardArguments): Promise<{ definition: DatasetDefinition; archives: string | undefined }> {
  const definitions = file === undefined ? await loadDefinitions(dataset) : await readDefinitions(file);
  const [definition, ...more] = definitions;
  const beside = file === undefined ? undefined : folderBeside(file, definitions);
  if (definition !== undefined && more.length === 0) return { definition, archives: archives ?? beside };
  throw new DatasetError('USAGE', 'the stages of one data set are run at a time', {
    expected: 'one data set',
    found: definitions.map(datasetId).join(', '),
    next: 'Name one of them.',
  });
}

function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new DatasetError('USAGE', `${option} takes a whole number`, {
      expected: '0 or more',
      found: text,
      next: 'See --help.',
    });
  };
}
