import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isWithin, mergeAccess, toStoredAccess } from '../board-access/board-access.rules.ts';
import type { AccessUpdate } from '../board-access/board-access.schema.ts';
import { isForOwners, mergeRights, type Rights } from './members.rules.ts';

const spec = fc.record({
  board_id: fc.constantFrom('a', 'b', 'c', 'd'),
  can_read: fc.boolean(),
  can_write: fc.boolean(),
});
const access: fc.Arbitrary<AccessUpdate> = fc.record({
  all_boards_read: fc.boolean(),
  all_boards_write: fc.boolean(),
  board_access: fc.array(spec, { maxLength: 6 }),
});
const role = fc.constantFrom('owner', 'admin', 'member');
const rights: fc.Arbitrary<Rights> = fc.tuple(access, role).map(([one, name]) => ({ ...one, role: name }) as Rights);

/** What an access lets somebody do on one board. */
const on = (board: string, { all_boards_read, all_boards_write, board_access }: AccessUpdate) => {
  const rows = board_access.filter(({ board_id }) => board_id === board);
  const write = all_boards_write || rows.some(({ can_write }) => can_write);
  return { read: write || all_boards_read || rows.some(({ can_read }) => can_read), write };
};

it('39: merging takes nothing away and gives nothing that neither had', () => {
  fc.assert(
    fc.property(rights, rights, (held, offered) => {
      const merged = mergeRights(held, offered);
      for (const board of ['a', 'b', 'c', 'd', 'elsewhere']) {
        const [before, given, after] = [on(board, held), on(board, offered), on(board, merged)];
        expect(after).toEqual({ read: before.read || given.read, write: before.write || given.write });
      }
      const order = ['member', 'admin', 'owner'];
      expect(order.indexOf(merged.role)).toBe(Math.max(order.indexOf(held.role), order.indexOf(offered.role)));
    }),
  );
});

it('39: stored rows are one per board, and who may write may read', () => {
  fc.assert(
    fc.property(access, access, (one, other) => {
      for (const { board_access } of [toStoredAccess(one), mergeAccess(one, other)]) {
        expect(new Set(board_access.map(({ board_id }) => board_id)).size).toBe(board_access.length);
        for (const row of board_access) expect(row.can_read).toBe(true);
      }
      const { all_boards_read, all_boards_write, board_access } = toStoredAccess(one);
      if (all_boards_read || all_boards_write) expect(board_access).toEqual([]);
    }),
  );
});

it('36: what may be passed on never reaches further than one’s own access', () => {
  fc.assert(
    fc.property(access, access, (given, own) => {
      const stored = toStoredAccess(given);
      if (!isWithin(stored, own)) return;
      for (const board of ['a', 'b', 'c', 'd', 'elsewhere']) {
        const [theirs, mine] = [on(board, stored), on(board, own)];
        expect(theirs.read && !mine.read).toBe(false);
        expect(theirs.write && !mine.write).toBe(false);
      }
    }),
  );
});

it('36: one’s own access may always be passed on', () => {
  fc.assert(
    fc.property(access, (own) => {
      expect(isWithin(toStoredAccess(own), mergeAccess(own, own))).toBe(true);
    }),
  );
});

it('31: what gives, takes or touches an owner’s role is for owners', () => {
  expect([isForOwners('admin', 'owner'), isForOwners('owner', 'member'), isForOwners('owner', 'owner')]).toEqual([
    true,
    true,
    true,
  ]);
  expect(isForOwners('member', 'admin')).toBe(false);
});
