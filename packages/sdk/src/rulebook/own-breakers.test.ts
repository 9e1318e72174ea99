import type { BreakerIr } from '@mission-control/policy/evaluate';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createOwnBreakers } from './own-breakers.ts';

const RULE: BreakerIr = {
  ...{ kind: 'breaker', watch: 'error_rate', over: 0.2, window_ms: 60_000, min: 5 },
  ...{ scope: 'tool', action: 'block_tool', open_ms: 30_000, probes: 2 },
};
const watch = (more: Partial<BreakerIr> = {}) => ({ ref: 'p@1:b', key: 'p:b', rule: { ...RULE, ...more } });

function open(watched = watch()) {
  const breakers = createOwnBreakers();
  const call = (hasFailed: boolean, at: number, tool = 'mail', took = 1) =>
    breakers.count([watched], { tool, isTool: tool !== 'gpt', hasFailed, took }, at);
  return { call, isOpen: (at: number, tool = 'mail') => breakers.isOpen(watched, tool, at) };
}

it('opens for its tool with enough calls of the window, proves itself when its time is over, and stays open longer each time', () => {
  const { call, isOpen } = open();
  call(true, 0);
  for (let n = 0; n < 3; n++) call(n > 1, 70_000);
  expect(isOpen(70_000), 'too few calls; what was before the window does not count').toBe(false);
  call(false, 70_000);
  call(true, 70_001);
  expect([isOpen(70_001), isOpen(70_001, 'other'), isOpen(100_001)]).toEqual([true, false, false]);
  call(false, 100_100);
  call(true, 100_200);
  expect([isOpen(100_200), isOpen(160_199), isOpen(160_200)], 'twice as long').toEqual([true, true, false]);
  call(false, 160_300);
  call(false, 160_400);
  for (let n = 0; n < 4; n++) call(true, 160_500);
  expect(isOpen(160_500), 'closed: counted anew').toBe(false);
  call(true, 160_500);
  expect([isOpen(190_499), isOpen(190_500)], 'and as short as at first').toEqual([true, false]);
});

it('a percentile of latency is passed when more than a twentieth of the calls are slower', () => {
  const { call, isOpen } = open(watch({ watch: 'latency_p95', over: 100, min: 40, scope: 'agent' }));
  for (let n = 0; n < 38; n++) call(true, 1, n % 2 ? 'mail' : 'gpt', 100);
  call(false, 1, 'gpt', 101);
  call(false, 1, 'mail', 101);
  expect(isOpen(1)).toBe(false);
  call(false, 1, 'gpt', 101);
  expect(isOpen(1, 'whatever tool')).toBe(true);
});

it('below its minimum it never opens, and at or below its rate neither', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (outcomes) => {
      const { call, isOpen } = open();
      let [n, bad, hasOpened] = [0, 0, false];
      for (const hasFailed of outcomes) {
        call(hasFailed, 1_000);
        n++;
        if (hasFailed) bad++;
        hasOpened ||= n >= 5 && bad / n > 0.2;
        expect(isOpen(1_000)).toBe(hasOpened);
      }
    }),
  );
});
