import { isOfCatalog } from '../directory/catalog-folder.js';
import type { Entries } from '../directory/entries.js';
import { isOfDataset, MAX_DEPTH, mayHoldDatasets } from '../directory/find.js';
import type { DatasetFolders } from '../directory/locate.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import type { Storage } from '../storage/storage.js';

/** Where a job of many machines keeps its own objects, beside the data sets. */
const WORK = /(^|\/)\.idx-shards\//;

/**
 * The objects below a prefix of a storage, looked at as folders and files. A folder is the beginning of a key, without a `/` at its
 * end; that of the storage itself is empty.
 */
export class StoredListing implements DatasetFolders {
  readonly #storage: Storage;
  /** Bytes of each file by its name, by the folder that it lies in. */
  readonly #files = new Map<string, Map<string, number>>();
  /** Names of folders by the folder that they lie in. */
  readonly #folders = new Map<string, Set<string>>();

  private constructor(storage: Storage) {
    this.#storage = storage;
  }

  /**
   * Lists what lies in a folder and below it. The objects of jobs are left out.
   *
   * @throws {DatasetError} `STORAGE`, `DISK`
   */
  static async of(storage: Storage, folder: string): Promise<StoredListing> {
    const listing = new StoredListing(storage);
    for await (const { key, bytes } of storage.list(folder === '' ? '' : `${folder}/`))
      if (!WORK.test(key)) listing.#add(key, bytes);
    return listing;
  }

  #add(key: string, bytes: number): void {
    const parts = key.split('/');
    const name = parts.pop() ?? '';
    // Consoles make an empty object of such a name for a folder.
    if (name !== '') this.#of(this.#files, parts.join('/'), () => new Map<string, number>()).set(name, bytes);
    for (let folder = parts.pop(); folder !== undefined; folder = parts.pop())
      this.#of(this.#folders, parts.join('/'), () => new Set<string>()).add(folder);
  }

  #of<T>(byFolder: Map<string, T>, folder: string, make: () => T): T {
    const found = byFolder.get(folder) ?? make();
    byFolder.set(folder, found);
    return found;
  }

  /** What lies in a folder itself, as {@link Entries} has it of a folder on a disk. */
  entriesOf(folder: string): Entries {
    const files = [...(this.#files.get(folder) ?? [])].filter(([name]) => !isOfCatalog(name) && isName(name));
    const others = [...(this.#folders.get(folder) ?? [])].filter((name) => !isOfCatalog(name));
    const named = new Map(files);
    return {
      files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))),
      others: new Map(others.filter((name) => !named.has(name)).map((name) => [name, 'a folder'])),
    };
  }

  /** A data set is there once its `dataset_info.json` is, which is put last. */
  isDataset(folder: string): boolean {
    return this.#files.get(folder)?.has(DATASET_INFO_FILE) === true;
  }

  /** Whether something of a data set is there, and not that. */
  isUnfinished(folder: string): boolean {
    return !this.isDataset(folder) && [...(this.#files.get(folder)?.keys() ?? [])].some(isOfDataset);
  }

  /** Folders in which nothing but an unfinished data set lies are not among them. */
  async foldersIn(folder: string): Promise<string[]> {
    const names = [...(this.#folders.get(folder) ?? [])].sort();
    return names.filter((name) => !this.isUnfinished(this.below(folder, name)));
  }

  async textIn(folder: string, ...names: string[]): Promise<string | undefined> {
    const key = names.reduce((at, name) => this.below(at, name), folder);
    const bytes = await this.#storage.get(key);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
  }

  below(folder: string, name: string): string {
    return folder === '' ? name : `${folder}/${name}`;
  }

  nameOf(folder: string): string {
    return folder === '' ? this.#storage.url : `${this.#storage.url}/${folder}`;
  }

  /** The folders of data sets, unfinished ones among them: the folder itself, or those below it, in the order of their names. */
  datasets(folder = '', depth = MAX_DEPTH): string[] {
    if (this.isDataset(folder) || this.isUnfinished(folder)) return [folder];
    if (depth === 0) return [];
    const names = [...(this.#folders.get(folder) ?? [])].filter(mayHoldDatasets).sort();
    return names.flatMap((name) => this.datasets(this.below(folder, name), depth - 1));
  }
}

/** Keys may be what no file can be called. */
function isName(name: string): boolean {
  return (
    name !== '.' &&
    name !== '..' &&
    !name.includes('\0') &&
    (process.platform !== 'win32' || !/[\\:]/.test(name))
  );
}
