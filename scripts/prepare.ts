#!/usr/bin/env node
import { main } from '../src/cli/main.js';

// A reader that closes its end early (`| head`) takes nothing from the run itself.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
process.exitCode = await main(process.argv.slice(2));
