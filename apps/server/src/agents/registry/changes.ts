import { isDeepStrictEqual } from 'node:util';

/** What of a patch differs from the row: fields that are absent or hold the stored value count as not sent. */
export const toChanged = <P extends object>(row: object, patch: P): Partial<P> =>
  Object.fromEntries(
    Object.entries(patch).filter(
      ([name, value]) => value !== undefined && !isDeepStrictEqual(value, Reflect.get(row, name)),
    ),
  ) as Partial<P>; // entries of P, fewer of them

export const isEmpty = (patch: object): boolean => Object.keys(patch).length === 0;
