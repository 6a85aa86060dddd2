import { main } from '../src/bench/main.js';

process.exitCode = await main(process.argv.slice(2));
