#!/usr/bin/env node
import { main } from '../src/cli/define.js';

process.exitCode = await main(process.argv.slice(2));
