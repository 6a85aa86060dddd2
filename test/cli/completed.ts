import { Command } from 'commander';
import { type CliCommand, complete } from '../../src/cli/command.js';

/** A command as it reads its words. */
export function completed(own: CliCommand): Command {
  return complete(new Command('command'), own, '1.2.3');
}
