const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What a form holds after someone else saved first: own edits stay, everything untouched becomes theirs. */
export function rebase<T extends object>(base: T, theirs: T, mine: T): T {
  const merged = { ...theirs };
  for (const key of Object.keys(mine) as (keyof T)[]) if (!isSame(mine[key], base[key])) merged[key] = mine[key];
  return merged;
}

/** The fields in which two forms differ. */
export const listDifferences = <T extends object>(a: T, b: T): (keyof T & string)[] =>
  (Object.keys(a) as (keyof T & string)[]).filter((key) => !isSame(a[key], b[key]));
