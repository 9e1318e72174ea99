import type { LeaseKind } from '../caps/caps.rules.ts';

/** A scope as it stands when somebody asks. */
export interface ScopeState {
  key: string;
  /** With what people added. */
  cap: number;
  committed: number;
  reserved: number;
  /** How many wait for this scope and came before. */
  ahead: number;
}

export interface Ask {
  kind: LeaseKind;
  amount: number;
  /** The least that is of use; less than `amount` when the caller can make do. */
  least: number;
}

export type Answer =
  | { status: 'granted'; amount: number }
  /** `isSpent`: waiting is of no use, what is missing was used up. `room` is what could be had at once. */
  | { status: 'full'; key: string; room: number; isSpent: boolean; position: number };

/** So that a process does not ask for every call; small enough that what it holds idle keeps nobody from the rest. */
const LARGEST_CHUNK: Record<LeaseKind, number> = { tokens: 20_000, cost: 20_000_000, concurrency: 0 };
const CHUNK_SHARE = 0.1;

const roomOf = ({ cap, committed, reserved }: ScopeState): number => cap - committed - reserved;

/** Decides what is given: it must fit every scope, behind whoever waits for one of them. */
export function decideLease({ kind, amount, least }: Ask, scopes: readonly ScopeState[]): Answer {
  const tightest = scopes.reduce<ScopeState | undefined>((a, b) => (a && roomOf(a) <= roomOf(b) ? a : b), undefined);
  if (!tightest) return { status: 'granted', amount };
  const room = Math.max(0, roomOf(tightest));
  const spent = scopes.find(({ cap, committed }) => committed + least > cap);
  const full = spent ?? (room < least ? tightest : scopes.find(({ ahead }) => ahead > 0));
  if (full) return { status: 'full', key: full.key, room, isSpent: spent !== undefined, position: full.ahead + 1 };
  const chunk = Math.min(Math.floor(room * CHUNK_SHARE), LARGEST_CHUNK[kind]);
  return { status: 'granted', amount: Math.min(room, Math.max(amount, chunk)) };
}

/** What a lease holds. */
export interface Holding {
  /** Given in all. */
  amount: number;
  /** Committed of it; more than `amount` when the provider billed more. */
  used: number;
}

/** How the counters of every scope of a lease move. */
export interface Movement {
  reserved: number;
  committed: number;
}

export const reservedOf = ({ amount, used }: Holding): number => Math.max(0, amount - used);

/** Commits what was used so far (a total: telling it again moves nothing); `isOver` gives the rest back. */
export function commitUse(holding: Holding, used: number, isOver: boolean): Movement & { after: Holding } {
  const after: Holding = { amount: holding.amount, used: Math.max(holding.used, used) };
  if (isOver) after.amount = after.used;
  return {
    after,
    committed: after.used - holding.used,
    reserved: reservedOf(after) - reservedOf(holding),
  };
}

/** Gives a lease more, so that `added` is reserved besides what it still has. */
export const addTo = (holding: Holding, added: number): Holding => ({
  used: holding.used,
  amount: holding.used + reservedOf(holding) + added,
});
