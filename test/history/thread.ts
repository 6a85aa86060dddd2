import { parentPort, workerData } from 'node:worker_threads';
import { work } from './work.js';

// A thread, or a process, that does one task and ends.
if (parentPort !== null) parentPort.postMessage(await work(workerData));
else process.stdout.write(JSON.stringify(await work(JSON.parse(process.argv[2]!))));
