#!/usr/bin/env node
import { main } from '../src/cli/explore.js';

process.exitCode = await main(process.argv.slice(2));
