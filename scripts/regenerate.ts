#!/usr/bin/env node
import { main } from '../src/cli/regenerate.js';

process.exitCode = await main(process.argv.slice(2));
