#!/usr/bin/env node
import { runCommand } from '../src/cli/ending.js';
import { main } from '../src/cli/verify.js';

await runCommand(main);
