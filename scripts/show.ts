#!/usr/bin/env node
import { runCommand } from '../src/cli/ending.js';
import { main } from '../src/cli/show.js';

await runCommand(main);
