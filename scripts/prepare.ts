#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { runCommand } from '../src/cli/ending.js';
import { main } from '../src/cli/main.js';

// Nearly all that a run allocates is short-lived: more room for it only fills up before it is collected. A sixth less memory
// at the peak, in the same time.
setFlagsFromString('--semi-space-growth-factor=1');

await runCommand(main);
