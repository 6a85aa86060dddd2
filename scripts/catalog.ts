#!/usr/bin/env node
import { main } from '../src/cli/catalog.js';
import { surviveLostOutput } from '../src/cli/ending.js';

surviveLostOutput();
process.exitCode = await main(process.argv.slice(2));
