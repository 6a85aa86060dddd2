import { describe, expect, it } from 'vitest';
import { arrayPlace } from '../../src/cli/array-place.js';

const slurm = (id: number, [first, last]: [number, number], count = last - first + 1) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(first),
  SLURM_ARRAY_TASK_MAX: String(last),
  SLURM_ARRAY_TASK_COUNT: String(count),
});

describe('which tasks are a machine’s', () => {
  it.each([
    ['all of them', {}, {}, 0, 1],
    ['as the words say', { index: 3, of: 4 }, { SLURM_ARRAY_TASK_ID: '1' }, 3, 4],
    ['by Slurm', {}, slurm(3, [0, 9]), 3, 10],
    ['by Slurm, from 1 on', {}, slurm(10, [1, 10]), 9, 10],
    ['by Slurm, some again', { of: 10 }, slurm(7, [3, 7], 2), 7, 10],
    ['by Kubernetes', { of: 5 }, { JOB_COMPLETION_INDEX: '4' }, 4, 5],
    ['by AWS Batch', {}, { AWS_BATCH_JOB_ARRAY_INDEX: '0', AWS_BATCH_JOB_ARRAY_SIZE: '2' }, 0, 2],
    ['where a variable is empty', {}, { SLURM_ARRAY_TASK_ID: '' }, 0, 1],
  ])('%s', (_, words, env, index, of) => {
    expect(arrayPlace(words, env)).toEqual({ index, of });
  });

  it.each([
    ['an index without a number of machines', { index: 1 }, {}],
    ['a number of machines without an index', { of: 3 }, {}],
    ['Kubernetes without a number of machines', {}, { JOB_COMPLETION_INDEX: '4' }],
    ['an index as large as the number of machines', { index: 3, of: 3 }, {}],
    ['an array of Slurm with gaps', {}, slurm(7, [3, 7], 2)],
    ['a variable that is no number', {}, { SLURM_ARRAY_TASK_ID: 'one' }],
  ])('is refused: %s', (_, words, env) => {
    expect(() => arrayPlace(words, env)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
