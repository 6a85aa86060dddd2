/** Name of the folder in a data set's directory that its catalog pages lie in. */
export const CATALOG_FOLDER = 'catalog';

/** Whether an entry of a data set's directory is that folder, or what a run that writes it, or was killed then, has beside it. */
export function isOfCatalog(name: string): boolean {
  return (
    name === CATALOG_FOLDER ||
    name.startsWith(`.${CATALOG_FOLDER}.lock`) ||
    /^incomplete\.idx-shards-[0-9a-f]{6}_catalog$/.test(name)
  );
}
