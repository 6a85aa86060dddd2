import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished, type TestContext } from 'vitest';
import { emptyFolder } from '../fixtures/folder.js';
import { run } from './process.js';
import { slurmPrograms } from './readers.js';

/** A cluster of one node with Slurm's daemons, which are this user's processes and have nobody's keys. */
export interface SlurmCluster {
  /** What its programs have to find it. */
  env: Record<string, string>;
  /** Waits until no job is left, whatever became of each. */
  untilIdle(): Promise<void>;
  /** What the daemons said. */
  logs(): Promise<string>;
}

/** Starts a cluster that ends with the test; skips the test where Slurm cannot be had. */
export async function startSlurm(context: TestContext): Promise<SlurmCluster> {
  const programs = await slurmPrograms(context);
  const folder = await emptyFolder();
  for (const name of ['state', 'spool']) await mkdir(join(folder, name));
  const config = join(folder, 'slurm.conf');
  await writeFile(config, configuration(folder, join(programs, 'lib'), [await freePort(), await freePort()]));
  const env = {
    SLURM_CONF: config,
    LD_LIBRARY_PATH: join(programs, 'lib'),
    PATH: `${join(programs, 'bin')}:${process.env['PATH']}`,
  };
  // What still runs would outlive the daemons.
  const cancelAll = (): Promise<unknown> =>
    run('/usr/bin/env', ['scancel', `--user=${userInfo().username}`], { env });
  const daemon = (name: string, ...words: readonly string[]): void => {
    const log = openSync(join(folder, `${name}.out`), 'a');
    const child = spawn(join(programs, 'sbin', name), ['-D', ...words], {
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    stops.push(() => stop(child));
  };
  const stops: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    await cancelAll();
    for (let tries = 0; tries < 20 && (await jobsOf(env)) !== ''; tries++) await setTimeout(300);
    for (const end of stops) await end();
  });
  daemon('slurmctld');
  daemon('slurmd', '-N', NODE, '-d', join(programs, 'sbin', 'slurmstepd'));
  const logs = async (): Promise<string> => {
    const files = ['slurmctld.out', 'slurmctld.log', 'slurmd.out', 'slurmd.log'];
    const texts = files.map((file) => readFile(join(folder, file), 'utf8').catch(() => ''));
    return (await Promise.all(texts)).map((text) => text.slice(-3000)).join('\n');
  };
  while ((await ask(env, 'sinfo', '--noheader', '--format=%T')) !== 'idle') await setTimeout(300);
  return {
    env,
    logs,
    untilIdle: async () => {
      while ((await jobsOf(env)) !== '') await setTimeout(300);
    },
  };
}

const NODE = 'node1';

/** See `man slurm.conf`. Everything is on loopback, nothing needs root, cgroups, munge or a database. */
function configuration(folder: string, plugins: string, [controller, node]: [number, number]): string {
  const user = userInfo().username;
  const host = hostname().split('.', 1)[0];
  return `ClusterName=tests
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/none
CredType=cred/none
SlurmctldPort=${controller}
SlurmdPort=${node}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
PluginDir=${plugins}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdTimeout=0
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
NodeName=${NODE} NodeHostname=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** The jobs that are not done, a line each. */
function jobsOf(env: Record<string, string>): Promise<string | undefined> {
  return ask(env, 'squeue', '--noheader');
}

/** What one of Slurm's programs says; `undefined` where the controller does not answer. */
async function ask(env: Record<string, string>, ...words: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await run('/usr/bin/env', words, { env });
  return code === 0 ? stdout.trim() : undefined;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'close');
  child.kill('SIGKILL');
  await end;
}
