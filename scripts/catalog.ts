#!/usr/bin/env node
import { main } from '../src/cli/catalog.js';
import { runCommand } from '../src/cli/ending.js';

await runCommand(main);
