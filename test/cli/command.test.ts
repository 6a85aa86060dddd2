import { describe, expect, it } from 'vitest';
import { asCalled } from '../../src/cli/command.js';

const HELP = `Examples:
  $ npm run prepare -- --out ./data          MNIST
  $ npm run --silent show -- ./data          examples
  $ npm run regenerate                       all of it
                                             and more
  $ npm run define -- --out a.json
Where npm's own lines disturb: npm run --silent prepare -- ...
`;

describe('asCalled', () => {
  it('leaves a help as it is where npm runs the script', () => {
    for (const npm_command of ['run', 'run-script']) expect(asCalled(HELP, { npm_command })).toBe(HELP);
  });

  it('names the commands of the installed package elsewhere, and what stands beside them where it stood', () => {
    const installed = `Examples:
  $ idx-shards --out ./data                  MNIST
  $ idx-shards-show ./data                   examples
  $ idx-shards-regenerate                    all of it
                                             and more
  $ idx-shards-define --out a.json
`;
    expect(asCalled(HELP, {})).toBe(installed);
    expect(asCalled(HELP, { npm_command: 'exec' })).toBe(installed);
  });
});
