import type { MultiBar, SingleBar } from 'cli-progress';
import { archiveBytes, type DatasetDefinition } from '../dataset/definition.js';
import { type EngineEvent, type TaskEvent, taskName } from '../engine/dispatcher.js';
import { formatBytes, formatCount, formatThings } from '../fs/size.js';
import type { PrepareEvent } from '../prepare/events.js';

/** What a run tells of itself: on this machine, and of the tasks of many. */
export type RunEvent = PrepareEvent | TaskEvent;

/** Shows on stderr what a run is at. */
export interface Progress {
  show(event: RunEvent): void;
  /** Leaves the terminal as it was. */
  stop(): void;
}

/** No progress at all. */
export const silent: Progress = { show: () => {}, stop: () => {} };

/** More archives than these are told of in one line, not in one each. */
export const FEW_ARCHIVES = 8;

/**
 * Progress for logs and pipes: a line when something is done, none while it goes on.
 *
 * @param archives how many there are
 */
export function progressLines(print: (line: string) => void, archives = 0): Progress {
  const there = { files: 0, bytes: 0 };
  return {
    show(event) {
      if (event.event === 'archive') {
        there.files++;
        there.bytes += event.bytes;
        if (archives <= FEW_ARCHIVES) print(`archive ${event.file}: ${formatBytes(event.bytes)}`);
        else if (there.files === archives) print(`${archives} archives: ${formatBytes(there.bytes)}`);
      }
      if (event.event === 'encode' && event.rows === event.total) {
        print(`split ${event.split}: ${formatThings(event.total, 'row')} encoded`);
      }
      if (event.event === 'write')
        print(`wrote ${event.file}: ${formatThings(event.rows, 'row')}, ${formatBytes(event.bytes)}`);
      const notice = event.event === 'tasks' ? tasksText(event) : noticeOf(event);
      if (notice !== undefined) print(notice);
    },
    stop: () => {},
  };
}

/** What a person is told at once, whatever else is shown. */
function noticeOf(event: RunEvent): string | undefined {
  switch (event.event) {
    case 'again':
      return `${taskName(event)} failed${event.worker === undefined ? '' : ` on ${event.worker}`} and is tried again: ${event.message}`;
    case 'engine':
      return engineText(event);
    case 'nobody':
      return `no worker takes part yet: start some with idx-shards worker --engine ${event.engine}`;
    case 'replace':
      return `${event.directory} will be replaced: it holds ${event.found}`;
    case 'wait':
      return `${event.directory} is being prepared by ${event.for}: waiting for its end`;
    case 'warning':
      return `warning: ${event.message}`;
    default:
      return undefined;
  }
}

/** That an engine is gone, or back. */
export function engineText({ engine, state, message }: EngineEvent): string {
  if (state === 'back') return `${engine} is back`;
  return `${engine} is gone${message === undefined ? '' : ` (${message})`}: waiting for it`;
}

/** How many tasks of a stage are done, in words; `undefined` where nobody wants to know. */
function tasksText({ stage, done, of }: Extract<TaskEvent, { event: 'tasks' }>): string | undefined {
  // Of many tasks every hundredth part is told of.
  const part = Math.ceil(of / 100);
  if (done % part !== 0 && done !== of) return undefined;
  return `${stage}: ${formatCount(done)} of ${formatThings(of, 'task')} done`;
}

/** Bars on a terminal: download, encode, write, each for all splits together. */
export async function progressBars(
  definition: DatasetDefinition,
  terminal: NodeJS.WriteStream,
): Promise<Progress> {
  const { default: cliProgress } = await import('cli-progress');
  const bars = new cliProgress.MultiBar({
    stream: terminal,
    format: '{step} {bar} {percentage}%  {done} of {all} {rate}',
    barsize: 30,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    hideCursor: true,
    gracefulExit: false,
  });
  return new Bars(definition, bars, (line) => terminal.write(`${line}\n`));
}

class Bars implements Progress {
  readonly #multi: MultiBar;
  readonly #print: (line: string) => void;
  readonly #bars = new Map<string, SingleBar>();
  readonly #received = new Map<string, number>();
  readonly #encoded = new Map<string, number>();
  readonly #totalRows: number;
  readonly #totalBytes: number;
  readonly #start = performance.now();
  #written = 0;
  #toWrite = 0;

  constructor(definition: DatasetDefinition, multi: MultiBar, print: (line: string) => void) {
    this.#multi = multi;
    this.#print = print;
    this.#totalRows = definition.splits.reduce((sum, { rows }) => sum + rows, 0);
    this.#totalBytes = archiveBytes(definition);
  }

  show(event: RunEvent): void {
    switch (event.event) {
      case 'tasks':
        this.#draw(event.stage.padEnd(8), [event.done, event.of], formatCount, 'tasks');
        break;
      case 'download':
        this.#received.set(event.file, event.received);
        this.#draw('download', [sum(this.#received), this.#totalBytes], formatBytes);
        break;
      case 'encode':
        this.#encoded.set(event.split, event.rows);
        this.#draw('encode  ', [sum(this.#encoded), this.#totalRows], formatCount, this.#rowRate());
        break;
      case 'shards':
        this.#toWrite += event.files;
        this.#draw('write   ', [this.#written, this.#toWrite], formatCount, 'files');
        break;
      case 'write':
        this.#written++;
        this.#draw('write   ', [this.#written, this.#toWrite], formatCount, 'files');
        break;
      default:
        // The bars' own log would keep it until they are drawn, which a short run never lets them; most come before any bar.
        this.#notice(noticeOf(event));
    }
  }

  stop(): void {
    if (this.#bars.size > 0) this.#multi.stop();
  }

  #notice(text: string | undefined): void {
    if (text !== undefined) this.#print(text);
  }

  #rowRate(): string {
    const seconds = (performance.now() - this.#start) / 1000;
    return `rows, ${formatCount(Math.round(sum(this.#encoded) / seconds))} rows/s`;
  }

  #draw(
    step: string,
    [done, all]: [done: number, all: number],
    format: (value: number) => string,
    rate = '',
  ): void {
    const bar = this.#bars.get(step) ?? this.#multi.create(all, 0, { step, done: '', all: '', rate: '' });
    this.#bars.set(step, bar);
    bar.setTotal(all);
    bar.update(done, { done: format(done), all: format(all), rate });
  }
}

function sum(parts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const part of parts.values()) total += part;
  return total;
}
