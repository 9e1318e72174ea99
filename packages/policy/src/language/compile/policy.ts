import { createHash } from 'node:crypto';
import { canonicalJson } from '../../canonical.ts';
import type { Ir, Rule, ScopeLevel } from '../../ir.ts';
import type { Report } from '../findings.ts';
import type { PolicyMode, PolicySource, RuleSource, ScopeName } from '../grammar/policy.ts';
import { ExpressionCompiler } from './expressions.ts';
import { PatternTables } from './patterns.ts';
import { compileRule } from './rules.ts';

const LEVELS: Record<ScopeName, ScopeLevel> = { org: 1, board_group: 2, board: 3, agent_type: 4, agent: 5 };

export interface CompileOptions {
  id: string;
  version: number;
  /** Whether rules in `dry_run` are kept, as if in `monitor`: for evaluation on recorded calls. */
  keepDryRun?: boolean;
  /** Stands for the mode that the policy says; no rule of its own mode is then stricter. */
  mode?: PolicyMode;
}

/** Strictest last. */
const STRICTNESS: readonly PolicyMode[] = ['off', 'dry_run', 'monitor', 'enforce'];
const isStricter = (a: PolicyMode, b: PolicyMode): boolean => STRICTNESS.indexOf(a) > STRICTNESS.indexOf(b);

/** How strictly a rule holds. */
function toMode(rule: RuleSource, source: PolicySource, given: PolicyMode | undefined): PolicyMode {
  const mode = rule.mode ?? given ?? source.mode?.value ?? 'monitor';
  return given !== undefined && isStricter(mode, given) ? given : mode;
}

/** Makes the form of a policy that agents evaluate. Its hash is of all else. */
export function compileIr(
  source: PolicySource,
  { id, version, keepDryRun = false, mode: given }: CompileOptions,
  report: Report,
): Ir {
  const patterns = new PatternTables(report);
  const tools = { patterns, expressions: new ExpressionCompiler(patterns, report), report };
  reportRepeated(source.rules, report);
  const rules = source.rules.flatMap((rule): Rule[] => {
    const mode = toMode(rule, source, given);
    const compiled = compileRule(rule, mode, tools);
    const isKept = mode === 'enforce' || mode === 'monitor' || (mode === 'dry_run' && keepDryRun);
    return compiled && isKept ? [compiled] : [];
  });
  const body = { ir: 1 as const, scope: LEVELS[source.scope.level], rules, dfas: patterns.dfas };
  const hash = createHash('sha256').update(canonicalJson(body)).digest('hex');
  return { ir: 1, policy: { id, name: source.name.value, version, hash }, scope: body.scope, rules, dfas: body.dfas };
}

function reportRepeated(rules: readonly RuleSource[], report: Report): void {
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (seen.has(id.value)) report.error(id.at, { code: 'MC102', message: `Another rule is called "${id.value}".` });
    seen.add(id.value);
  }
}
