import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addTo, commitUse, decideLease, type Holding, reservedOf } from './leases.rules.ts';

const CAP = fc.integer({ min: 0, max: 100_000 });

/** What processes do with the leases of one budget, in any order and as often as they like. */
const Move = fc.oneof(
  fc.record({
    do: fc.constant('acquire' as const),
    amount: fc.integer({ min: 1, max: 30_000 }),
    least: fc.integer({ min: 1, max: 30_000 }),
  }),
  fc.record({
    do: fc.constantFrom('renew' as const, 'release' as const, 'again' as const),
    lease: fc.nat(50),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    more: fc.integer({ min: 0, max: 20_000 }),
  }),
);

interface Budget {
  cap: number;
  committed: number;
  reserved: number;
  leases: Holding[];
}

const stateOf = ({ cap, committed, reserved }: Budget) => [{ key: 'run', cap, committed, reserved, ahead: 0 }];

function give(budget: Budget, amount: number, least: number): number {
  const answer = decideLease({ kind: 'tokens', amount, least: Math.min(least, amount) }, stateOf(budget));
  if (answer.status !== 'granted') return 0;
  budget.reserved += answer.amount;
  return answer.amount;
}

function apply(budget: Budget, move: typeof Move extends fc.Arbitrary<infer T> ? T : never): void {
  if (move.do === 'acquire') {
    const amount = give(budget, move.amount, move.least);
    if (amount > 0) budget.leases.push({ amount, used: 0 });
    return;
  }
  const at = budget.leases.length === 0 ? -1 : move.lease % budget.leases.length;
  const holding = budget.leases[at];
  if (!holding) return;
  const used = Math.floor(holding.used + reservedOf(holding) * move.share);
  const { after, committed, reserved } = commitUse(holding, used, move.do === 'release');
  budget.committed += committed;
  budget.reserved += reserved;
  const told = commitUse(after, used, move.do === 'release');
  expect([told.committed, told.reserved], 'a report that comes twice').toEqual([0, 0]);
  budget.leases[at] = move.do === 'renew' ? addTo(after, give(budget, move.more, 1)) : after;
}

it('never gives more than the cap, counts what is held and used exactly, and hears a report twice as once', () => {
  fc.assert(
    fc.property(CAP, fc.array(Move, { maxLength: 60 }), (cap, moves) => {
      const budget: Budget = { cap, committed: 0, reserved: 0, leases: [] };
      for (const move of moves) {
        apply(budget, move);
        expect(budget.committed + budget.reserved).toBeLessThanOrEqual(cap);
        expect(budget.reserved).toBe(budget.leases.reduce((sum, lease) => sum + reservedOf(lease), 0));
        expect(budget.committed).toBe(budget.leases.reduce((sum, { used }) => sum + used, 0));
      }
    }),
  );
});

it('gives what is asked for whenever it is there, in every scope, and nothing when one of them is short', () => {
  const Scope = fc.record({ cap: CAP, committed: CAP, reserved: CAP });
  fc.assert(
    fc.property(
      fc.array(Scope, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 50_000 }),
      (given, least) => {
        const scopes = given.map((scope, i) => ({ key: `s${i}`, ahead: 0, ...scope }));
        const answer = decideLease({ kind: 'tokens', amount: least, least }, scopes);
        const fits = scopes.every(({ cap, committed, reserved }) => committed + reserved + least <= cap);
        expect(answer.status).toBe(fits ? 'granted' : 'full');
        if (answer.status === 'full')
          expect(answer.isSpent).toBe(scopes.some(({ cap, committed }) => committed + least > cap));
      },
    ),
  );
});

it('commits what a provider billed beyond the reservation', () => {
  expect(commitUse({ amount: 100, used: 40 }, 130, false)).toEqual({
    after: { amount: 100, used: 130 },
    committed: 90,
    reserved: -60,
  });
});

it('lets nobody pass those who wait for a full scope, and everybody who does not need it', () => {
  const org = { key: 'org', cap: 5, committed: 0, reserved: 4, ahead: 1 };
  const agent = { key: 'agent', cap: 5, committed: 0, reserved: 0, ahead: 0 };
  const ask = { kind: 'concurrency', amount: 1, least: 1 } as const;
  expect(decideLease(ask, [org, agent])).toMatchObject({ status: 'full', key: 'org', position: 2 });
  expect(decideLease(ask, [agent])).toEqual({ status: 'granted', amount: 1 });
});
