import { compileGlob } from '../../globs.ts';
import { findNearest, replaceText } from '../findings.ts';
import type { PolicySource, RuleSource, ScopeName } from '../grammar/policy.ts';
import type { At } from '../grammar/shapes.ts';
import type { LintScope } from './scope.ts';

interface Noun {
  noun: string;
  known: readonly string[] | undefined;
}

/** Names of tools, stores and models that no agent in scope declares (MC110), of agents, boards and so on (MC111). */
export function lintNames(source: PolicySource, scope: LintScope): void {
  const { catalog } = scope;
  if (!catalog) return;
  const tools = { noun: 'tool', known: catalog.tools?.map(({ name }) => name) };
  for (const rule of source.rules) {
    checkAll(listToolNames(rule), tools, scope);
    if (rule.kind === 'data')
      checkAll(Object.values(rule.body).flat(), { noun: 'data store', known: catalog.stores }, scope);
    if (rule.kind === 'models')
      checkAll(
        [...(rule.body.allow ?? []), ...(rule.body.deny ?? [])],
        { noun: 'model', known: catalog.models },
        scope,
      );
  }
  const places: Record<ScopeName, readonly string[] | undefined> = {
    ...{ org: undefined, board_group: catalog.board_groups, board: catalog.boards },
    ...{ agent_type: catalog.agent_types, agent: catalog.agents },
  };
  const { level, names, exclude } = source.scope;
  checkAll(names, { noun: level.replace('_', ' '), known: places[level] }, scope, 'MC111');
  for (const [name, listed] of Object.entries(exclude))
    checkAll(listed, { noun: name.replace('_', ' '), known: places[name as ScopeName] }, scope, 'MC111');
}

function listToolNames(rule: RuleSource): At<string>[] {
  if (rule.kind === 'tools') return [...(rule.body.allow ?? []), ...(rule.body.match ?? []), ...(rule.body.deny ?? [])];
  if (rule.kind !== 'sequence') return [];
  const { require, before, forbid, after } = rule.body;
  return [require, before, forbid, after].filter((name) => name !== undefined);
}

function checkAll(names: readonly At<string>[], { noun, known }: Noun, { report }: LintScope, code = 'MC110'): void {
  if (!known) return;
  for (const { value, at } of names) {
    if (value.startsWith('/') || known.some(compileGlob(value))) continue;
    const nearest = findNearest(value, known);
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    report.warn(at, {
      code,
      message: `No ${noun} in the scope of this policy is called "${value}".${hint}`,
      fix: nearest === undefined ? undefined : replaceText(`Change to ${nearest}`, at, nearest),
    });
  }
}
