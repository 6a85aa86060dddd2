#!/usr/bin/env node
import { main } from '../src/cli/define.js';
import { surviveLostOutput } from '../src/cli/ending.js';

surviveLostOutput();
process.exitCode = await main(process.argv.slice(2));
