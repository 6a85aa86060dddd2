import { writeFile } from 'node:fs/promises';
import { packageRoot } from '../src/fs/package-root.js';
import { definitionJsonSchema } from './definition-schema.js';

const file = new URL('config/schema/definition.schema.json', packageRoot);
await writeFile(file, `${JSON.stringify(definitionJsonSchema(), null, 2)}\n`);
