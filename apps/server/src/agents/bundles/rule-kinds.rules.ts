import type { Ir } from '@mission-control/policy/evaluate';

/** The policies without the rules of kinds that a process cannot read; `known` is null for one that did not say. */
export const withoutUnknown = (policies: readonly Ir[], known: readonly string[] | null): Ir[] =>
  known === null
    ? [...policies]
    : policies.map((ir) => ({ ...ir, rules: ir.rules.filter(({ kind }) => known.includes(kind)) }));

/** The kinds of enforced rules that hold and that a process cannot read, by name. */
export const findUnknownKinds = (policies: readonly Ir[], known: readonly string[] | null): string[] =>
  known === null
    ? []
    : [
        ...new Set(
          policies.flatMap(({ rules }) =>
            rules.flatMap(({ kind, mode }) => (mode === 'enforce' && !known.includes(kind) ? [kind] : [])),
          ),
        ),
      ].toSorted();
