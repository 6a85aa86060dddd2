import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { type Ended, ended, environment, PROGRAM, start } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';
import { RedisServer } from '../fixtures/redis.js';

/** A process of the command that is under way. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** Machines that share a folder and a Redis; each is a process of this one. All of them end with the test. */
export class Machines {
  readonly redis: RedisServer;
  readonly folder: string;
  readonly workers: Running[] = [];

  private constructor(redis: RedisServer, folder: string) {
    this.redis = redis;
    this.folder = folder;
  }

  static async start(context: TestContext, ...redisWords: readonly string[]): Promise<Machines> {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'scratch'));
    return new Machines(await RedisServer.start(context, ...redisWords), folder);
  }

  /** The folder that they share. */
  get out(): string {
    return join(this.folder, 'out');
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
        ...env,
      }),
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, ended: ended(child) };
  }

  /** Has all workers end; gives how they did. */
  async stop(): Promise<Ended[]> {
    const all = this.workers.splice(0);
    for (const { child } of all) child.kill('SIGTERM');
    return Promise.all(all.map((worker) => worker.ended));
  }
}

/** Resolves when a process has said something on stderr. */
export function untilSaid({ child, ended: end }: Running, what: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (part: string | Buffer) => {
      text += part.toString();
      if (what.test(text)) resolve();
    });
    void end.then(({ code, stderr }) =>
      reject(new Error(`it ended with ${code} before it said ${what}:\n${stderr}`)),
    );
  });
}
