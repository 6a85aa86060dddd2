import { DatasetError } from '../errors.js';
import { usage } from './command.js';

/** Which of how many machines this one is. */
export interface ArrayPlace {
  index: number;
  of: number;
}

/** The variables in which schedulers say which of its array a process is. */
const SLURM = 'SLURM_ARRAY_TASK_ID';
const KUBERNETES = 'JOB_COMPLETION_INDEX';
const BATCH = 'AWS_BATCH_JOB_ARRAY_INDEX';

/** What the words of a command line say of that. */
interface PlaceWords {
  index?: number | undefined;
  of?: number | undefined;
}

/**
 * Which tasks of a stage are this machine's: as the command line says, or else as the scheduler does in whose array it runs. Slurm's
 * numbers may begin anywhere and leave some out only where the array does, which is refused.
 *
 * @throws {DatasetError} `USAGE`
 */
export function arrayPlace(words: PlaceWords, env: NodeJS.ProcessEnv): ArrayPlace {
  const scheduled = words.index === undefined ? scheduledPlace(env, words.of) : undefined;
  const index = words.index ?? scheduled?.index;
  const of = words.of ?? scheduled?.of;
  if (index === undefined && of === undefined) return { index: 0, of: 1 };
  if (index === undefined) throw usage('--of is there without --index: which of the machines is this?');
  const name = scheduled === undefined ? '--index' : scheduled.variable;
  if (of === undefined) throw usage(`${name} is there without --of: how many machines are there?`);
  if (index >= 0 && index < of) return { index, of };
  throw new DatasetError('USAGE', `${name} is to be smaller than the number of machines`, {
    expected: `0 to ${of - 1}`,
    found: String(index),
    next: 'Indexes begin at 0.',
  });
}

/** What the environment says, and by which variable. */
type ScheduledPlace = Pick<ArrayPlace, 'index'> & Partial<ArrayPlace> & { variable: string };

function scheduledPlace(env: NodeJS.ProcessEnv, of: number | undefined): ScheduledPlace | undefined {
  const slurm = numberIn(env, SLURM);
  if (slurm !== undefined)
    return of === undefined ? slurmPlace(env, slurm) : { index: slurm, variable: SLURM };
  const kubernetes = numberIn(env, KUBERNETES);
  if (kubernetes !== undefined) return { index: kubernetes, variable: KUBERNETES };
  const batch = numberIn(env, BATCH);
  if (batch === undefined) return undefined;
  return { index: batch, ...definedOf(env, 'AWS_BATCH_JOB_ARRAY_SIZE'), variable: BATCH };
}

/** `--array=1-10` has the numbers 1 to 10, of which the first is index 0. With `--of`, a number is an index as it is. */
function slurmPlace(env: NodeJS.ProcessEnv, id: number): ScheduledPlace {
  const first = numberIn(env, 'SLURM_ARRAY_TASK_MIN') ?? 0;
  const last = numberIn(env, 'SLURM_ARRAY_TASK_MAX');
  const count = numberIn(env, 'SLURM_ARRAY_TASK_COUNT');
  const hasGaps = count !== undefined && last !== undefined && last - first + 1 !== count;
  if (!hasGaps) return { index: id - first, ...(count === undefined ? {} : { of: count }), variable: SLURM };
  throw new DatasetError(
    'USAGE',
    'the numbers of the Slurm array leave some out, and their tasks would too',
    {
      expected: 'an array such as 0-9',
      found: `${count} numbers from ${first} to ${last}`,
      next: 'Submit an array without gaps (what is done is not done again), or one of indexes, with --of.',
    },
  );
}

function definedOf(env: NodeJS.ProcessEnv, name: string): { of?: number } {
  const of = numberIn(env, name);
  return of === undefined ? {} : { of };
}

/** @throws {DatasetError} `USAGE` where a variable is there, and is no number */
function numberIn(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new DatasetError('USAGE', `${name} is no number`, {
    expected: '0 or more',
    found: text,
    next: 'Give --index and --of.',
  });
}
