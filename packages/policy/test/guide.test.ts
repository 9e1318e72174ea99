import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compilePolicy } from '../src/language/index.ts';

const guide = readFileSync(new URL('../../../docs/policies.md', import.meta.url), 'utf8');
const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => ({
  name: /name: (\S+)/.exec(text)?.[1] ?? '',
  text,
}));

it('the guide has an example of every kind of rule', () => {
  for (const kind of ['tools', 'limits', 'concurrency', 'breaker', 'escalate', 'sequence', 'data', 'models'])
    expect(examples.some(({ text }) => text.includes(`    ${kind}:`))).toBe(true);
});

it.each(examples)('example $name of the guide is without a finding, and its tests pass', ({ text }) => {
  const { findings, tests } = compilePolicy(text, { id: 'guide', version: 1, now: new Date() });
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(tests.length).toBeGreaterThan(1);
  expect(tests.filter(({ ok }) => !ok)).toEqual([]);
});

it('the guide explains every code of lint that can be met', () => {
  for (const code of ['100', '101', '102', '103', '110', '111', '112', '113', '114', '115', '118', '120', '122', '130'])
    expect(guide).toContain(`MC${code}`);
});
