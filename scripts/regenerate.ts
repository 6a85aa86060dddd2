#!/usr/bin/env node
import { runCommand } from '../src/cli/ending.js';
import { main } from '../src/cli/regenerate.js';

await runCommand(main);
