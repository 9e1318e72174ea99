import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { type Books, type Lease, type Outcome, type Settlement, settle } from '../books/books.rules.ts';
import { writeLeases } from '../books/writer.ts';
import { leasesUnbalanced } from '../leases.events.ts';
import { findReportedUse, type LeaseRef, listDue, listReportedLate } from './expiry.store.ts';
import { foldLedger, listDifferences, removeOldLeases, removeOldScopes } from './ledger.store.ts';

const BATCH = 500;
/** What a silent holder had left is kept this long for what it may still report. */
const HOLD_MS = 60_000;
const DAY_MS = 86_400_000;
const MAX_DIFFERENCES = 100;

/** Takes back what silent processes hold: places at once; of budgets what they did not use, after a while. */
export const expireLeases = async (platform: Platform): Promise<void> =>
  forEach(platform, await listDue(platform, BATCH), expireLease);

/** Commits what runs of silent processes reported after their lease was settled. */
export async function settleLateReports(platform: Platform): Promise<void> {
  const since = new Date(platform.now().getTime() - DAY_MS);
  await forEach(platform, await listReportedLate(platform, since, BATCH), settleLate);
}

type Settle = (books: Books, lease: Lease, tx: TxContext) => Outcome | Promise<Outcome>;

async function forEach(platform: Platform, leases: readonly LeaseRef[], work: Settle): Promise<void> {
  for (const { id, org_id } of leases) {
    const settleOne = (books: Books, tx: TxContext) => {
      const lease = books.leases.get(id);
      return lease ? work(books, lease, tx) : UNKNOWN;
    };
    try {
      await writeLeases(systemContext(platform, org_id), [{ scopes: [], leaseIds: [id], work: settleOne }]);
    } catch (error) {
      // It comes round again; the others do not wait for it.
      platform.log.error({ err: error, org_id, lease: id }, 'a lease could not be settled');
    }
  }
}

const UNKNOWN: Outcome = { is: 'unknown' };

async function expireLease(books: Books, lease: Lease, tx: TxContext): Promise<Outcome> {
  const isDue = ['queued', 'granted', 'expired'].includes(lease.state) && Date.parse(lease.expires_at) <= +books.now;
  if (!isDue) return { is: 'held', lease }; // renewed meanwhile
  const isBudget = lease.kind === 'tokens' || lease.kind === 'cost';
  const used = isBudget ? await findReportedUse(tx, lease) : 0;
  const to = isBudget && lease.state === 'granted' ? 'expired' : 'settled';
  return settle(books, { ...toSettlement(lease, used), to, reason: 'expired' });
}

async function settleLate(books: Books, lease: Lease, tx: TxContext): Promise<Outcome> {
  const used = await findReportedUse(tx, lease);
  return settle(books, { ...toSettlement(lease, used), to: 'settled', reason: 'reported' });
}

const toSettlement = ({ id }: Lease, used: number): Omit<Settlement, 'to' | 'reason'> => ({
  ...{ id, used, holder: undefined, keepMs: HOLD_MS },
});

/** Looks whether counters and ledger agree; where they do not, people are told. */
export async function checkLedger(platform: Platform): Promise<void> {
  const differences = await listDifferences(platform, MAX_DIFFERENCES);
  for (const orgId of new Set(differences.map(({ org_id }) => org_id))) {
    const scopes = differences.flatMap(({ org_id, ...scope }) => (org_id === orgId ? scope : []));
    platform.log.error({ org_id: orgId, scopes }, 'budgets differ from their ledger');
    await inTransaction(systemContext(platform, orgId), (tx) =>
      publish(tx, leasesUnbalanced, { subjectId: orgId, data: { scopes } }),
    );
  }
}

/** Forgets budgets of what is over, and sums up movements of long ago. */
export async function foldOldLeases(platform: Platform): Promise<void> {
  const before = (days: number) => new Date(platform.now().getTime() - days * DAY_MS);
  await removeOldScopes(platform, before(7), before(90));
  await foldLedger(platform, before(7));
  await removeOldLeases(platform, before(8));
}
