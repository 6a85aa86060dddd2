import { describe, expect, it } from 'vitest';
import { schemaReference } from '../../src/cli/define.js';

describe.runIf(process.platform !== 'win32')('schemaReference', () => {
  const SCHEMA = 'config/schema/definition.schema.json';

  it.each([
    ['/home/me/idx-shards', '/home/me/idx-shards', `./${SCHEMA}`],
    ['/home/me/idx-shards/config', '/home/me/idx-shards', './schema/definition.schema.json'],
    ['/home/me/idx-shards/a/b', '/home/me/idx-shards/', `../../${SCHEMA}`],
    ['/home/me/own', '/home/me/own/node_modules/idx-shards', `./node_modules/idx-shards/${SCHEMA}`],
    ['/home/me/own/data', '/home/me/own/node_modules/idx-shards', `../node_modules/idx-shards/${SCHEMA}`],
  ])('from %s to the package in %s is %s', (folder, packageFolder, path) => {
    expect(schemaReference(folder, packageFolder)).toBe(path);
  });

  it.each([
    ['/tmp', '/home/me/idx-shards'],
    ['/home/me/idx-shards-2', '/home/me/idx-shards'],
    ['/home/me', '/home/me/own/node_modules/idx-shards'],
  ])('from %s to the package in %s there is none', (folder, packageFolder) => {
    expect(schemaReference(folder, packageFolder)).toBeUndefined();
  });
});
