import { writeFile } from 'node:fs/promises';
import { definitionJsonSchema } from '../src/dataset/json-schema.js';
import { packageRoot } from '../src/package-root.js';

const file = new URL('config/schema/definition.schema.json', packageRoot);
await writeFile(file, `${JSON.stringify(definitionJsonSchema(), null, 2)}\n`);
