import { expect, it } from 'vitest';
import { type Capability, createCapabilityCheck } from '../src/capability.ts';

const capability: Capability = {
  mode: 'enforce',
  tools: [{ name: 'search' }, { name: 'billing/refund' }],
  stores: ['db:customers', 'file:/docs/**'],
  subagents: ['writer'],
  models: ['openai/*', 'local-1'],
};

it.each([
  ['tool', 'search'],
  ['tool', 'billing/refund'],
  ['store', 'db:customers'],
  ['store', 'file:/docs/a/b'],
  ['subagent', 'writer'],
  ['model', 'openai/gpt-5'],
  ['model', 'local-1'],
] as const)('allows the declared %s %s', (kind, name) => {
  expect(createCapabilityCheck(capability, 'a')({ kind, name })).toEqual({ verdict: 'allow' });
});

it.each([
  ['tool', 'Search'],
  ['tool', 'billing/refunds'],
  ['store', 'db:payments'],
  ['subagent', 'reader'],
  ['model', 'gpt-5'],
] as const)('blocks the undeclared %s %s and says why', (kind, name) => {
  const decision = createCapabilityCheck(capability, 'researcher')({ kind, name });
  expect(decision).toMatchObject({ verdict: 'block', code: `capability.${kind}_undeclared` });
  expect(decision).toHaveProperty('explanation', expect.stringContaining(`"${name}"`));
  expect(decision).toHaveProperty('explanation', expect.stringContaining('researcher'));
});

it('only observes in monitor and allows all when off', () => {
  const call = { kind: 'tool', name: 'rm' } as const;
  expect(createCapabilityCheck({ ...capability, mode: 'monitor' }, 'a')(call)).toMatchObject({ verdict: 'would_have' });
  expect(createCapabilityCheck({ ...capability, mode: 'off' }, 'a')(call)).toEqual({ verdict: 'allow' });
});

it('lets any model pass when none are listed', () => {
  const { models: _, ...open } = capability;
  expect(createCapabilityCheck(open, 'a')({ kind: 'model', name: 'x' })).toEqual({ verdict: 'allow' });
});
