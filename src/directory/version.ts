/** Which of two versions `x.y.z` comes first: below 0 where that is the first, above where the second. */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (const [at, number] of first.entries()) if (number !== second[at]) return number - (second[at] ?? 0);
  return 0;
}
