import type { PolicySource } from '../grammar/policy.ts';
import type { LintScope } from './scope.ts';

const SKELETON = `
tests:
  - name: what should happen
    given: { tool: some/tool, args: {} }
    expect: { decision: allow }
`;

/** An enforced policy without tests, rules that no test names (MC150), and rules that are over (MC151). */
export function lintTests({ name, mode, rules, tests = [] }: PolicySource, { report, now }: LintScope): void {
  const isEnforced = mode?.value === 'enforce' || rules.some((rule) => rule.mode === 'enforce');
  if (isEnforced && tests.length === 0) {
    const end = rules.at(-1)?.at ?? name.at;
    const range = { line: end.end_line, col: end.end_col, end_line: end.end_line, end_col: end.end_col };
    report.warn(mode?.at ?? name.at, {
      code: 'MC150',
      message: 'An enforced policy should have tests.',
      fix: { title: 'Add a test', edits: [{ range, text: SKELETON }] },
    });
  }
  const named = new Set(tests.flatMap(({ expect }) => namedRule(expect)));
  for (const { id, kind, until } of rules) {
    if (tests.length > 0 && !named.has(id.value) && kind !== 'breaker' && kind !== 'concurrency')
      report.inform(id.at, { code: 'MC150', message: `No test expects "${id.value}" to decide.` });
    if (until && Date.parse(until.value) <= now.getTime())
      report.warn(until.at, { code: 'MC151', message: 'This rule ended already: take it out.' });
  }
}

const namedRule = (expect: unknown): string[] => {
  const rule = typeof expect === 'object' && expect !== null && 'rule' in expect ? expect.rule : undefined;
  return typeof rule === 'string' ? [rule] : [];
};
