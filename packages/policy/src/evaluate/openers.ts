import type { Ir } from '../ir.ts';
import type { Call } from './call.ts';
import { TRUE } from './conditions/truth.ts';
import { loadRules } from './rules.ts';

/**
 * The rule that opens this very call, not only its tool: in force, it allows the tool by name and its `where` holds for
 * certain. Undefined where there is none; others may still have something against the call.
 */
export function findOpener(
  policies: readonly Ir[],
  { name, args, ctx }: Call,
  { at, exceptions }: { at: number; exceptions: ReadonlySet<string> },
): string | undefined {
  const opener = loadRules(policies).find(
    ({ rule, ref, untilMs, isAllowed, condition }) =>
      rule.mode === 'enforce' &&
      untilMs > at &&
      !exceptions.has(ref) &&
      isAllowed?.(name) === true &&
      rule.kind === 'tools' &&
      condition?.test({ args, ctx }) === TRUE,
  );
  return opener?.ref;
}
