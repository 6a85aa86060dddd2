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
    if (error.exitCode === 0) return text;
    throw usage(error.message.replace(/^error: /, ''));
  }
  return undefined;
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
