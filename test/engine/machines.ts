import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished, type TestContext } from 'vitest';
import { type Ended, ended, environment, PROGRAM, start } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';
import { RedisServer } from '../fixtures/redis.js';

/** A process of the command that is under way. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** What it said on stderr and on stdout so far. */
  said: { stderr: string; stdout: string };
}

/** What a worker says when it is there. */
export const TAKES_TASKS = /takes tasks from/;

/** Machines that share a folder and a Redis; each is a process of this one. All of them end with the test. */
export class Machines {
  readonly redis: RedisServer;
  readonly folder: string;
  readonly workers: Running[] = [];
  /** Object storage in place of the folder that they share, and the settings of a process that uses it. */
  bucket: { out: string; env: Record<string, string> } | undefined;

  private constructor(redis: RedisServer, folder: string) {
    this.redis = redis;
    this.folder = folder;
  }

  static async start(context: TestContext, ...redisWords: readonly string[]): Promise<Machines> {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'scratch'));
    return new Machines(await RedisServer.start(context, ...redisWords), folder);
  }

  /** What they share. */
  get out(): string {
    return this.bucket?.out ?? join(this.folder, 'out');
  }

  /** Starts a worker. */
  worker(...words: readonly string[]): Running {
    const running = this.run(['worker', '--engine', this.redis.url, '--workers', '1', ...words]);
    this.workers.push(running);
    return running;
  }

  /** Starts a driver. */
  driver(...words: readonly string[]): Running {
    return this.run(['prepare', '--engine', this.redis.url, '--out', this.out, ...words]);
  }

  /** Starts the command with these words. */
  run(words: readonly string[], env: Record<string, string> = {}): Running {
    const child = start(process.execPath, [PROGRAM, ...words], {
      env: environment({
        IDX_SHARDS_CACHE: join(this.folder, 'cache'),
        TMPDIR: join(this.folder, 'scratch'),
        ...this.bucket?.env,
        ...env,
      }),
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const said = { stderr: '', stdout: '' };
    // From its first word on: whoever asks may come late.
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said.stderr += part;
    });
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said.stdout += part;
    });
    return { child, ended: ended(child), said };
  }

  /** Has all workers end, once they take tasks; before, a signal ends any process. */
  async stop(): Promise<Ended[]> {
    const all = this.workers.splice(0);
    for (const worker of all) await untilSaid(worker, TAKES_TASKS);
    for (const { child } of all) child.kill('SIGTERM');
    return Promise.all(all.map((worker) => worker.ended));
  }
}

/**
 * Resolves when a process has said something on stderr, also before it was asked; rejects when it has ended without it.
 */
export async function untilSaid({ ended: end, said }: Running, what: RegExp): Promise<void> {
  for (;;) {
    const over = await Promise.race([end, sleep(50)]);
    if (what.test(said.stderr)) return;
    if (over !== undefined)
      throw new Error(`it ended with ${over.code} before it said ${what}:\n${over.stderr}`);
  }
}
