import { type Command, CommanderError } from 'commander';
import { DatasetError } from '../errors.js';
import { expandHome } from '../fs/home-path.js';
import { isStorageUrl } from '../storage/s3-url.js';
import { listenForSignals, reportError } from './ending.js';
import { packageVersion } from './version.js';

/** A command: what it takes, what its help says, and what it does. The rest is the same for all, and {@link runCommand} does it. */
export interface CliCommand {
  /** Declares its arguments and options, but for `--json`, `--quiet`, `--version` and `--help`. */
  declare(command: Command): unknown;
  /** What `--json` does; without it there is no such option. */
  json?: string;
  /** What `--quiet` does; without it there is no such option. */
  quiet?: string;
  /** The option `--version` where it has another meaning too: its flags, with a value that may be missing, and what it does. */
  version?: readonly [flags: string, description: string];
  /** What `--help` says below the options: examples, more about the command, exit codes. */
  help: string;
  /** Where a signal ends a run by way of an error: what is untouched then, and what to do. Elsewhere it ends the process. */
  interrupted?: { untouched: string; next?: string };
  /**
   * Reads the words, which has commander print a help or a version that they ask for, and does what they say.
   *
   * @returns the exit code, 0 where it is nothing
   * @throws {DatasetError} `USAGE` for words that cannot be
   */
  run(command: Command, words: readonly string[], signal: AbortSignal): Promise<number> | Promise<void>;
}

/** What `--json` does in most commands. */
export const EVENTS = 'results as JSON: one event a line';

/**
 * Runs a command on its words; gives the exit code. Results go to stdout, errors to stderr, and with `--json` to stdout too.
 *
 * @param command has its name and its description
 */
export async function runCommand(
  command: Command,
  own: CliCommand,
  words: readonly string[],
): Promise<number> {
  const interruption = listenForSignals(own.interrupted);
  try {
    complete(command, own, await packageVersion());
    const exitCode = (await own.run(command, words, interruption.signal)) ?? 0;
    return exitCode === 0 ? 0 : (interruption.exitCode ?? exitCode);
  } catch (thrown) {
    // A help or a version, which has been printed.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const { exitCode } = reportError(thrown, { json: words.includes('--json') });
    return interruption.exitCode ?? exitCode;
  } finally {
    interruption.close();
  }
}

/** Gives a command its options and its help, has a `~` in their paths be the home folder, and has it throw a {@link DatasetError} for words that it does not take. */
export function complete(command: Command, own: CliCommand, version: string): Command {
  const { declare, json, quiet, help } = own;
  declare(command);
  if (json !== undefined) command.option('--json', json);
  if (quiet !== undefined) command.option('--quiet', quiet);
  const [flags, description] = own.version ?? ['-V, --version', "this tool's version"];
  for (const option of command.options) if (PATH.test(option.flags)) option.argParser(inHome);
  for (const argument of command.registeredArguments)
    if (argument.name() === 'dir') argument.argParser(inHome);
  return command
    .option(flags, description)
    .on('option:version', (value: unknown) => {
      if (typeof value === 'string') return;
      command.configureOutput().writeOut?.(`${version}\n`);
      throw new CommanderError(0, 'commander.version', version);
    })
    .allowExcessArguments(false)
    .addHelpText('after', `\n${help}`)
    .configureOutput({ outputError: () => {} })
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : usage(error.message.replace(/^error: /, ''));
    });
}

/** What the options that take a path have in their flags. */
const PATH = /<(dir|file)>$/;

/** Commander gives what stood before as well. */
const inHome = (path: string): string => expandHome(path);

/** The error for words that make no command. */
export function usage(message: string): DatasetError {
  return new DatasetError('USAGE', message, { next: 'See --help.' });
}

/**
 * The directory that a command's words name.
 *
 * @throws {DatasetError} `USAGE` where they name none
 */
export function expectDirectory({ processedArgs }: Command): string {
  const [directory]: readonly unknown[] = processedArgs;
  // An empty one is a variable that was not set, not the folder that the command runs in.
  if (typeof directory !== 'string' || directory === '')
    throw usage('which directory? Name that of a data set');
  return directory;
}

/**
 * Sees that an option names a path of this machine.
 *
 * @throws {DatasetError} `USAGE` where it names object storage
 */
export function expectLocal(option: string, path: string | undefined): void {
  if (path !== undefined && isStorageUrl(path))
    throw usage(`${option} takes a path of this machine, not ${path}`);
}

/** A parser of whole numbers from 1 to `most`. */
export function count(option: string, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
    throw new DatasetError('USAGE', `${option} takes a whole number`, {
      expected: `1 to ${most}`,
      found: text,
      next: 'See --help.',
    });
  };
}
