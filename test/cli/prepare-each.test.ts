import { describe, expect, it } from 'vitest';
import { prepareEach } from '../../src/cli/prepare-each.js';
import { DatasetError, type ErrorCode } from '../../src/errors.js';
import { tinyDefinition } from '../dataset/tiny.js';

const definitions = ['a', 'b', 'c'].map((name) => tinyDefinition({ name }));

/** Runs over `a`, `b` and `c`, of which these fail. */
async function outcomeOf(failing: Record<string, ErrorCode>) {
  const told: string[] = [];
  const prepare = async ({ name }: { name: string }): Promise<void> => {
    const code = failing[name];
    if (code !== undefined) throw new DatasetError(code, 'no');
  };
  const outcome = await prepareEach(definitions, prepare, (error, dataset) =>
    told.push(`${dataset} ${error.code}`),
  );
  const failed = outcome.failed.map(({ dataset, error }) => `${dataset} ${error.code}`);
  expect(told).toEqual(failed);
  return { ...outcome, failed };
}

describe('prepareEach', () => {
  it('prepares all', async () => {
    expect(await outcomeOf({})).toEqual({ prepared: ['a', 'b', 'c'], failed: [], untried: [] });
  });

  it.each(['DOWNLOAD_FAILED', 'ARCHIVE_MISSING', 'ARCHIVE_CHECKSUM', 'ZIP_INVALID', 'IDX_MAGIC'] as const)(
    'goes on behind %s',
    async (code) => {
      expect(await outcomeOf({ a: code, c: code })).toEqual({
        prepared: ['b'],
        failed: [`a ${code}`, `c ${code}`],
        untried: [],
      });
    },
  );

  it.each([
    'USAGE',
    'SHARD_COUNT',
    'OUTPUT_OCCUPIED',
    'DISK',
    'DISK_FULL',
    'INTERRUPTED',
    'INTERNAL',
  ] as const)('ends at %s', async (code) => {
    expect(await outcomeOf({ b: code })).toEqual({
      prepared: ['a'],
      failed: [`b ${code}`],
      untried: ['c'],
    });
  });

  it('takes any other error for a fault of the program', async () => {
    const fail = async (): Promise<never> => {
      throw new TypeError('a fault');
    };
    const outcome = await prepareEach(definitions, fail, () => {});
    expect(outcome).toMatchObject({ failed: [{ error: { code: 'INTERNAL' } }], untried: ['b', 'c'] });
  });

  it('names the config', async () => {
    const config = { name: 'small' };
    const outcome = await prepareEach(
      [tinyDefinition({ config })],
      async () => {},
      () => {},
    );
    expect(outcome.prepared).toEqual(['tiny/small']);
  });
});
