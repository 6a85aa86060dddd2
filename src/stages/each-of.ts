/**
 * Does something for each of some things, at most `atOnce` at a time. The first that fails ends it, when those under way have ended.
 *
 * @throws what `work` throws first
 */
export async function eachOf<T>(
  things: readonly T[],
  atOnce: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const rest = things.values();
  let failure: { error: unknown } | undefined;
  const goOn = async (): Promise<void> => {
    for (const thing of rest) {
      if (failure !== undefined) return;
      await work(thing).catch((error: unknown) => {
        failure ??= { error };
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, goOn));
  if (failure !== undefined) throw failure.error;
}
