import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CappedScope } from '../caps/caps.rules.ts';
import { acquire, type Books, type Lease, renew, type Scope, settle } from './books.rules.ts';
import { reservedOf } from './leases.rules.ts';

const CAPS = { org: 60_000, type: 40_000, a: 30_000, b: 25_000 };
type Key = keyof typeof CAPS;
const KEYS: Key[][] = [
  ['a', 'org', 'type'],
  ['b', 'org', 'type'],
  ['b', 'org'],
];

const Move = fc.record({
  do: fc.constantFrom('acquire', 'acquire', 'again', 'renew', 'release', 'expire', 'settle', 'late'),
  who: fc.nat(2),
  lease: fc.nat(40),
  amount: fc.integer({ min: 1, max: 20_000 }),
  share: fc.double({ min: 0, max: 1.2, noNaN: true }),
  waits: fc.boolean(),
});
type Move = typeof Move extends fc.Arbitrary<infer T> ? T : never;

const openBooks = (): Books => ({
  now: new Date(0),
  scopes: new Map(
    Object.entries(CAPS).map(([key, cap]): [string, Scope] => [
      key,
      { key, cap, lifted: 0, committed: 0, reserved: 0, warn_at: null, warned_at: null },
    ]),
  ),
  ...{ leases: new Map(), waiters: [], made: new Set(), changed: new Set(), removed: new Set() },
  ...{ movements: [], warnings: [] },
});

const toScopes = (keys: readonly string[]): CappedScope[] =>
  keys.map((key) => ({ key, cap: CAPS[key as Key], warnAt: null, rule: `p@1:${key}` }));

function play(books: Books, { do: act, who, lease: at, amount, share, waits }: Move): void {
  const leases = [...books.leases.values()];
  const lease = leases[at % Math.max(1, leases.length)];
  const ask = (id: string, keys: readonly string[]) =>
    acquire(books, {
      ...{ id, kind: 'tokens', agentId: 'agent', producerId: 'me', run: 'run', amount, least: Math.ceil(amount / 2) },
      ...{ scopes: toScopes(keys), ttlMs: 60_000, waiterTtlMs: waits ? 10_000 : 0 },
    });
  if (act === 'acquire' || !lease) {
    ask(`l${books.now.getTime()}`, KEYS[who] ?? []);
    return;
  }
  const used = Math.floor(lease.used + reservedOf(lease) * share);
  const toEnd = { id: lease.id, holder: undefined, used, keepMs: 60_000 };
  if (act === 'again') ask(lease.id, lease.keys);
  else if (act === 'renew')
    renew(books, {
      ...{ id: lease.id, holder: 'me', used, more: amount, least: amount, ttlMs: 60_000 },
      scopes: toScopes(lease.keys),
    });
  else if (act === 'release') settle(books, { ...toEnd, to: 'released', reason: 'released' });
  else if (lease.state === 'granted' && act === 'expire') settle(books, { ...toEnd, to: 'expired', reason: 'expired' });
  else settle(books, { ...toEnd, to: 'settled', reason: 'reported' });
}

const isHeld = ({ state }: Lease): boolean => state === 'granted' || state === 'expired';

it('whatever processes do, in any order and twice: counters are what leases hold and used, and what the ledger sums up to', () => {
  fc.assert(
    fc.property(fc.array(Move, { maxLength: 80 }), (moves) => {
      const books = openBooks();
      for (const move of moves) {
        books.now = new Date(books.now.getTime() + 1);
        const before = books.movements.length;
        play(books, move);
        const granted = books.movements.slice(before).some(({ reason }) => reason === 'granted');
        for (const { key, committed, reserved } of books.scopes.values()) {
          const own = [...books.leases.values()].filter(({ keys }) => keys.includes(key));
          expect(committed).toBe(own.reduce((sum, { used }) => sum + used, 0));
          expect(reserved).toBe(own.filter(isHeld).reduce((sum, lease) => sum + reservedOf(lease), 0));
          const moved = books.movements.filter(({ keys }) => keys.includes(key));
          expect([committed, reserved]).toEqual([
            moved.reduce((sum, movement) => sum + movement.committed, 0),
            moved.reduce((sum, movement) => sum + movement.reserved, 0),
          ]);
          // Only what a provider billed beyond a reservation passes a cap, never what was given.
          const isTouched = granted && books.movements.at(-1)?.keys.includes(key);
          if (isTouched) expect(committed + reserved).toBeLessThanOrEqual(CAPS[key as Key]);
        }
      }
    }),
  );
});

it('what another process holds is not there', () => {
  const books = openBooks();
  play(books, { do: 'acquire', who: 0, lease: 0, amount: 10, share: 0, waits: false });
  const [id = ''] = books.leases.keys();
  const wish = { id, kind: 'tokens', agentId: 'agent', producerId: 'other', run: 'run', amount: 1, least: 1 } as const;
  expect(acquire(books, { ...wish, scopes: [], ttlMs: 1, waiterTtlMs: 0 })).toEqual({ is: 'unknown' });
  expect(renew(books, { id, holder: 'other', used: 1, more: 0, least: 0, scopes: [], ttlMs: 1 })).toEqual({
    is: 'unknown',
  });
  const settlement = { id, holder: 'other', used: 1, to: 'released', reason: 'released', keepMs: 0 } as const;
  expect(settle(books, settlement)).toEqual({ is: 'unknown' });
});
