/**
 * Whether the long loops run in full: where `CI` is set, as it is on hosted runners and by `.ci/run`. Elsewhere each of them tries
 * some of its cases, the same ones each time.
 */
export const TRIES_ALL = Boolean(process.env['CI']);

/** How often something is tried: `all` times, or `few`. */
export function times(all: number, few: number): number {
  return TRIES_ALL ? all : few;
}

/** The cases that are tried: all, or `few` of them, evenly spread. */
export function sample<T>(all: readonly T[], few: number): readonly T[] {
  if (TRIES_ALL || all.length <= few) return all;
  return Array.from({ length: few }, (_, at) => all[Math.floor(((at + 0.5) * all.length) / few)]!);
}
