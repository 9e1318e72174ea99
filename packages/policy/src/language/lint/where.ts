import { compileGlob } from '../../globs.ts';
import type { Path } from '../../ir.ts';
import { parsePath } from '../compile/paths.ts';
import { findNearest, replaceText } from '../findings.ts';
import type { ConditionSource, ConstraintSource, WhereSource } from '../grammar/constraints.ts';
import type { PolicySource, RuleSource } from '../grammar/policy.ts';
import type { CatalogTool, LintScope } from './scope.ts';

/** Paths that a tool does not have (MC113), constraints that nothing meets (MC114), values nobody reports (MC122). */
export function lintWhere(source: PolicySource, scope: LintScope): void {
  for (const rule of source.rules) {
    for (const part of listWhere(rule)) {
      lintConstraint(part.constraint, scope);
      if (rule.kind === 'tools') lintPath(part, rule, scope);
    }
    if (rule.kind === 'escalate') lintCondition(rule.body.when, scope);
  }
}

function listWhere(rule: RuleSource): WhereSource[] {
  if (rule.kind === 'tools') return rule.body.where ?? [];
  return rule.kind === 'sequence' ? [...(rule.body.where_before ?? []), ...(rule.body.where_after ?? [])] : [];
}

type Leaf = Extract<ConstraintSource, { form: 'leaf' }>;

function lintConstraint(constraint: ConstraintSource, scope: LintScope): void {
  if (constraint.form === 'leaf') lintLeaves([constraint], scope);
  else if (constraint.form === 'not') lintConstraint(constraint.part, scope);
  else {
    for (const part of constraint.parts) if (part.form !== 'leaf') lintConstraint(part, scope);
    const leaves = constraint.parts.filter((part) => part.form === 'leaf');
    if (constraint.form === 'all') lintLeaves(leaves, scope);
  }
}

function lintLeaves(leaves: readonly Leaf[], { report }: LintScope): void {
  const [first] = leaves;
  if (!first) return;
  const numbers = (...ops: string[]) => leaves.filter(({ op }) => ops.includes(op)).map(({ value }) => Number(value));
  const low = Math.max(...numbers('gt', 'gte'));
  const high = Math.min(...numbers('lt', 'lte'));
  const isStrict = leaves.some(({ op, value }) => (op === 'gt' && value === low) || (op === 'lt' && value === high));
  const isEmpty = low > high || (low === high && isStrict);
  if (isEmpty) report.error(first.at, { code: 'MC114', message: `No number is above ${low} and below ${high}.` });
  for (const { op, value, at } of leaves) {
    if (op === 'in' && Array.isArray(value) && value.length === 0)
      report.error(at, { code: 'MC114', message: 'Nothing is in an empty list.' });
    if (op === 'not_in' && Array.isArray(value) && value.length === 0)
      report.warn(at, { code: 'MC114', message: 'Everything is outside an empty list.' });
  }
}

function lintPath(
  { path, at }: WhereSource,
  rule: Extract<RuleSource, { kind: 'tools' }>,
  { catalog, report }: LintScope,
): void {
  const parsed = parsePath(path);
  if (!parsed || !catalog?.tools) return;
  const patterns = [...(rule.body.match ?? []), ...(rule.body.allow ?? [])].map(({ value }) => compileGlob(value));
  for (const tool of catalog.tools.filter(({ name }) => patterns.some((is) => is(name)))) {
    const unknown = findUnknown(parsed, tool);
    if (!unknown) continue;
    const nearest = findNearest(unknown.segment, unknown.known);
    const meant = nearest && path.replace(unknown.segment, nearest);
    report.warn(at, {
      code: 'MC113',
      message: `The arguments of ${tool.name} have no "${path}": the rule would always act.`,
      fix: meant ? replaceText(`Change to ${meant}`, at, meant) : undefined,
    });
    return;
  }
}

/** The part of a path that a schema which names its properties does not have; one that says nothing of them may have it. */
function findUnknown(
  { s }: Path,
  { input_schema }: CatalogTool,
): { segment: string; known: readonly string[] } | undefined {
  let schema = input_schema;
  for (const segment of s) {
    if (typeof schema !== 'object' || schema === null) return undefined;
    const { properties, items, additionalProperties } = schema as Record<string, unknown>;
    if (typeof segment !== 'string') {
      schema = items;
      continue;
    }
    if (typeof properties !== 'object' || properties === null) return undefined;
    if (!Object.hasOwn(properties, segment)) {
      const isOpen = additionalProperties !== undefined && additionalProperties !== false;
      return isOpen ? undefined : { segment, known: Object.keys(properties) };
    }
    schema = (properties as Record<string, unknown>)[segment];
  }
  return undefined;
}

function lintCondition(condition: ConditionSource, scope: LintScope): void {
  if (condition.form === 'value') lintValue(condition, scope);
  else if (condition.form === 'not') lintCondition(condition.part, scope);
  else for (const part of condition.parts) lintCondition(part, scope);
}

function lintValue(condition: Extract<ConditionSource, { form: 'value' }>, scope: LintScope): void {
  const { name, constraint, at } = condition;
  lintConstraint(constraint, scope);
  const { catalog, report } = scope;
  if (name === 'tool' || !catalog?.reports || catalog.reports.includes(name) || asksPresence(constraint)) return;
  report.warn(at, {
    code: 'MC122',
    message: `No agent in scope reports ${name}. What is unknown counts as met, so every call would escalate.`,
  });
}

/** Whether a constraint says itself what absence means. */
function asksPresence(constraint: ConstraintSource): boolean {
  if (constraint.form === 'leaf') return constraint.op === 'exists';
  return constraint.form === 'not' ? asksPresence(constraint.part) : constraint.parts.some(asksPresence);
}
