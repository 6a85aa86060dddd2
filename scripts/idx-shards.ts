#!/usr/bin/env node
import { runProcess } from '../src/cli/ending.js';
import { main } from '../src/cli/main.js';

await runProcess(main);
