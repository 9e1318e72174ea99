import { compilePolicy } from '@mission-control/policy/language';
import { describe, expect, it } from 'vitest';
import { judgeRequest } from './judge-request.rules.ts';

const toIr = (rules: string) => {
  const source = `version: 1\nname: p\nmode: enforce\nscope: { org: true }\nrules:\n${rules}`;
  const { ir, findings } = compilePolicy(source, { id: 'p', version: 2, now: new Date(0) });
  if (!ir) throw new Error(JSON.stringify(findings));
  return ir;
};

const judge = (rules: string, args?: Record<string, unknown>, more: { isKilled?: boolean; except?: string } = {}) =>
  judgeRequest(
    { tool: 'exec', args },
    {
      policies: [toIr(rules)],
      exceptions: more.except === undefined ? [] : [{ rule: more.except }],
      ...{ isKilled: more.isKilled ?? false, openBreakers: [], at: Date.UTC(2026, 0, 1) },
    },
  );

const LISTING = '  - { id: open, tools: { allow: [exec], where: { command: { starts_with: "ls " } } } }\n';

describe('a request from outside', () => {
  it('is rejected by what is certain, and for people where it is not', () => {
    expect(judge('  - { id: no, tools: { deny: [exec] } }\n')).toMatchObject({
      decision: 'rejected',
      rules: ['p@2:no'],
    });
    expect(judge(LISTING, { command: 'rm x' })).toMatchObject({ decision: 'rejected', rules: ['p@2:open'] });
    expect(judge(LISTING)).toMatchObject({ decision: 'ask', rules: [] });
    const order = '  - { id: order, sequence: { require: look, before: exec } }\n';
    expect(judge(order, { command: 'ls' })).toMatchObject({ decision: 'ask', rules: [] });
  });

  it('is approved only by a rule about this very call, which nothing else stands against', () => {
    expect(judge(LISTING, { command: 'ls x' })).toMatchObject({ decision: 'approved', rules: ['p@2:open'] });
    expect(judge('  - { id: open, tools: { allow: [exec] } }\n', { command: 'ls x' })).toBeUndefined();
    const asking = '  - { id: ask, tools: { match: [exec], action: require_approval } }\n';
    expect(judge(LISTING + asking, { command: 'ls x' })).toMatchObject({ decision: 'ask', rules: ['p@2:ask'] });
    expect(judge(LISTING, { command: 'ls x' }, { except: 'p@2:open' })).toBeUndefined();
    expect(judge(LISTING.replace('tools:', 'mode: monitor, tools:'), { command: 'ls x' })).toBeUndefined();
  });

  it('is rejected while the kill switch is on, by no rule', () => {
    expect(judge(LISTING, { command: 'ls x' }, { isKilled: true })).toMatchObject({ decision: 'rejected', rules: [] });
  });
});
