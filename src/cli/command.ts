import { type Command, CommanderError } from 'commander';
import { DatasetError } from '../errors.js';

/**
 * Has a command read its words, without a word of its own on the terminal and without ending the process. Gives the text that
 * was asked for instead of a run (`--help`, `--version`), if one was.
 *
 * @throws {DatasetError} `USAGE`
 */
export function readWords(command: Command, words: readonly string[]): string | undefined {
  let text = '';
  const writeOut = (part: string): void => {
    text += part;
  };
  command.configureOutput({ writeOut, writeErr: () => {} });
  try {
    command.exitOverride().parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return asCalled(text, process.env);
    throw usage(error.message.replace(/^error: /, ''));
  }
  return undefined;
}

/**
 * A help as it is for whoever called the command: its examples go by the scripts of npm where npm runs one, and by the
 * commands of the installed package elsewhere.
 */
export function asCalled(help: string, env: Readonly<Record<string, string | undefined>>): string {
  if (/^run(-script)?$/.test(env['npm_command'] ?? '')) return help;
  return help
    .split('\n')
    .filter((line) => !line.startsWith("Where npm's own lines disturb"))
    .map((line) =>
      line.replace(
        /npm run (?:--silent )?(\w+)(?: --)?(.*?)( {2,}|$)/g,
        (all: string, script: string, words: string, gap: string) => {
          const own = `${script === 'prepare' ? 'idx-shards' : `idx-shards-${script}`}${words}`;
          return gap === '' ? own : own.padEnd(Math.max(all.length, own.length + 2));
        },
      ),
    )
    .join('\n');
}

/** The error for words that make no command. */
export function usage(message: string): DatasetError {
  return new DatasetError('USAGE', message, { next: 'See --help.' });
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
