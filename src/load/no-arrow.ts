/**
 * What `#apache-arrow` of package.json falls back to where apache-arrow, which is optional, is not installed: declarations
 * that name its table check there too. Nobody ever has such a table: without the package there is none.
 */
export type Table = unknown;
