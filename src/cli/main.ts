import { Command } from 'commander';
import { DatasetError } from '../errors.js';
import { type CliCommand, runCommand } from './command.js';
import { COMMANDS } from './commands.js';

const NAME = 'idx-shards';

/** `idx-shards`, from its words to its exit code. `help verify` is `verify --help`. */
export async function main(words: readonly string[]): Promise<number> {
  const asked = words[0] === 'help' ? [words[1] ?? '--help', '--help'] : words;
  const [first, ...others] = asked;
  const listed = COMMANDS.find(({ name }) => name === first);
  if (listed === undefined) return runCommand(new Command(NAME), OVERVIEW, asked);
  const { name, description, load } = listed;
  const own = await load();
  const command = new Command(NAME).command(name).description(description);
  return runCommand(command, { ...own, help: `${own.help}${throughNpm(name)}` }, others);
}

/** How a command is called in a clone of the project, where `idx-shards` is no program of the shell's. */
function throughNpm(name: string): string {
  return `In a clone of the project: npm run ${name} -- ..., or npm run --silent ${name} -- ... without npm's own lines.`;
}

/** The command line without a command. */
const OVERVIEW: CliCommand = {
  declare(program) {
    program
      .description(
        'Data sets of arrays, such as MNIST, as TensorFlow Datasets has them: prepared, verified, shown.',
      )
      .usage('<command> [options]')
      .helpCommand('help [command]', 'what a command does, and its options');
    for (const { name, description } of COMMANDS) program.command(name).description(description);
  },
  help: `Examples:
  $ ${NAME} prepare --dataset digits --out ./data    a small data set that needs no network
  $ ${NAME} verify ./data
  $ ${NAME} help prepare                             all options of prepare

${throughNpm('<command>')}`,

  async run(program, words) {
    const [first] = words;
    if (first === undefined) {
      // As git and npm do: nothing was done, which a script with an empty variable must not take for success.
      program.outputHelp({ error: true });
      return 2;
    }
    if (first.startsWith('-') && !['-h', '--help', '-V', '--version'].includes(first))
      throw new DatasetError('USAGE', `which command? ${first} is an option`, {
        expected: COMMANDS.map(({ name }) => name).join(', '),
        found: first,
        next: `Name the command first: ${NAME} prepare ${first} ... See ${NAME} --help.`,
      });
    program.parse([first], { from: 'user' });
    return 0;
  },
};
