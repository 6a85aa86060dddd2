#!/usr/bin/env node
import { surviveLostOutput } from '../src/cli/ending.js';
import { main } from '../src/cli/verify.js';

surviveLostOutput();
process.exitCode = await main(process.argv.slice(2));
