import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { send, serve } from '../archive/loopback.js';
import { definitionOf, FILES, smallArchives } from '../fixtures/archives.js';
import { ended, lines, untilEvent } from '../fixtures/cli.js';
import { everythingIn } from '../fixtures/folder.js';
import { ownDataset } from '../fixtures/own-dataset.js';

/** A mirror that begins to send the second split's images and never ends, so that no run ends before its signal. */
async function endlessMirror(archives: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const { origin } = await serve((response, request) => {
    const file = (request.url ?? '').slice(1);
    const bytes = archives.get(file)!;
    if (file !== FILES.testImages) return send(bytes)(response);
    response.writeHead(200, { 'content-length': bytes.length });
    return response.write(bytes.subarray(0, 10));
  });
  return `${origin}/`;
}

// Windows has no signals that a process could catch.
describe.skipIf(process.platform === 'win32')('a signal in the middle of a run', () => {
  it.each([
    { signal: 'SIGINT', exitCode: 130 },
    { signal: 'SIGTERM', exitCode: 143 },
  ] as const)('$signal ends it with exit code $exitCode, and nothing stays', async ({ signal, exitCode }) => {
    const archives = smallArchives();
    const mirrors = [await endlessMirror(archives)];
    const own = await ownDataset(archives, definitionOf(archives, { mirrors }));
    const child = own.startDownloading('--json', '--quiet');
    const end = ended(child);
    // The first split is encoded and its shard written, in a directory beside the target.
    await untilEvent(child, 'write');
    expect((await everythingIn(join(own.folder, 'out')))?.join(' ')).toMatch(
      /own\/incomplete\.idx-shards-\w{6}_1\.0\.0\/own-train/,
    );

    child.kill(signal);
    const { code, stdout, stderr } = await end;
    expect(code).toBe(exitCode);
    const message = `interrupted by ${signal}: nothing was published`;
    const next = 'Run the command again: what was downloaded is kept.';
    expect(lines(stdout).at(-1)).toEqual({
      event: 'error',
      dataset: 'own',
      code: 'INTERRUPTED',
      message,
      next,
    });
    expect(stderr).toBe(`error: ${message} [INTERRUPTED]\n  next:     ${next}\n`);
    const left = (await everythingIn(own.folder))?.filter((path) => /^(out|cache)/.test(path)) ?? [];
    expect(left.filter((path) => path.startsWith('out'))).toEqual([]);
    // What was downloaded whole is kept, and nothing that was not; the second split's labels may be either.
    const files = left.filter((path) => !path.endsWith('/')).map((path) => path.split('/').at(-1));
    expect(files.filter((file) => file !== FILES.testLabels).sort()).toEqual([
      FILES.trainImages,
      FILES.trainLabels,
    ]);
  });

  it('while rows are being encoded: exit code 130, and nothing stays', async () => {
    // 40,000 rows take one worker seconds after the first of them are encoded.
    const rows = { trainRows: 40_000, testRows: 20 };
    const archives = smallArchives(rows.trainRows, rows.testRows);
    const own = await ownDataset(archives, definitionOf(archives, rows));
    const child = own.startDownloading('--json', '--quiet', '--archives', 'archives');
    const end = ended(child);
    await untilEvent(child, 'encode');
    child.kill('SIGINT');
    const { code, stdout } = await end;
    expect(code).toBe(130);
    const events = lines(stdout);
    expect(events.at(-1)).toMatchObject({ event: 'error', code: 'INTERRUPTED' });
    expect(events.filter(({ event }) => event === 'write')).toEqual([]);
    expect(await everythingIn(own.folder)).not.toContain('out/');
  });
});
