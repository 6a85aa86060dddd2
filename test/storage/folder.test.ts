import { describe } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.js';
import { emptyFolder } from '../fixtures/folder.js';
import { storageCases } from './cases.js';

describe('a folder', () => {
  storageCases(async () => openStorage(await emptyFolder()));
});
