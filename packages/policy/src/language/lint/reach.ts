import { createEngine } from '../../evaluate/index.ts';
import type { Ir } from '../../ir.ts';
import type { PolicySource, RuleSource } from '../grammar/policy.ts';
import type { LintScope } from './scope.ts';

type ToolsSource = Extract<RuleSource, { kind: 'tools' }>;
const isTools = (rule: RuleSource): rule is ToolsSource => rule.kind === 'tools';

/** Rules that another one makes moot (MC115), and declared tools that `allow` shuts out (MC118). */
export function lintReach(source: PolicySource, ir: Ir, { report, catalog }: LintScope): void {
  const rules = source.rules.filter(isTools);
  for (const rule of rules) {
    const names = [...(rule.body.match ?? []), ...(rule.body.allow ?? [])];
    const stricter = rules.find(
      ({ body }) => names.length > 0 && names.every(({ value }) => body.deny?.some((denied) => denied.value === value)),
    );
    if (stricter)
      report.warn(rule.at, {
        code: 'MC115',
        message: `Never reached: "${stricter.id.value}" denies all that it names.`,
      });
  }
  const opening = rules.find(({ body }) => body.allow);
  if (!opening || !catalog?.tools) return;
  const enforced = { ...ir, rules: ir.rules.map((rule) => ({ ...rule, mode: 'enforce' as const })) };
  const { decide } = createEngine({ policies: [enforced] });
  const shut = catalog.tools
    .map(({ name }) => name)
    .filter((name) => decide({ kind: 'tool', name }, { at: 0 }).matched.some(({ code }) => code === 'tools.allow'));
  if (shut.length > 0)
    report.inform(opening.at, { code: 'MC118', message: `Declared tools that this shuts out: ${shut.join(', ')}.` });
}
