#!/usr/bin/env node
import { main } from '../src/cli/define.js';
import { runCommand } from '../src/cli/ending.js';

await runCommand(main);
