// Writes the table of docs/faults.md from what the tests counted: node test/faults/table.mjs COUNTS, where COUNTS is the file that
// FAULTS_COUNTS named when they ran. The last count of a fault holds.
import { readFileSync, writeFileSync } from 'node:fs';

const page = new URL('../../docs/faults.md', import.meta.url);
const counts = readFileSync(process.argv[2], 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const rows = new Map(counts.map((row) => [row.fault, row]));
const lines = [...rows.values()].map(({ fault, tried, outcome }) => `| ${fault} | ${tried} | ${outcome} |`);
const table = ['| fault | times tried | outcome |', '|---|---|---|', ...lines].join('\n');
const text = readFileSync(page, 'utf8');
const [before, rest] = text.split('<!-- counts -->\n');
const after = rest.split('<!-- end of counts -->')[1];
writeFileSync(page, `${before}<!-- counts -->\n${table}\n<!-- end of counts -->${after}`);
