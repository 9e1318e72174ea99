import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { leasesUnbalanced } from '../leases.events.ts';
import { settleLease } from '../leases.service.ts';
import { findLease, lockScopesOf, removeWaiting } from '../leases.store.ts';
import { findReportedUse, type LeaseRef, listDue, listReportedLate } from './expiry.store.ts';
import { foldLedger, listDifferences, removeOldLeases, removeOldScopes } from './ledger.store.ts';

const BATCH = 500;
/** What a silent holder had left is kept this long for what it may still report. */
const HOLD_MS = 60_000;
const DAY_MS = 86_400_000;
const MAX_DIFFERENCES = 100;

/** Takes back what silent processes hold: places at once; of budgets what they did not use, after a while. */
export async function expireLeases(platform: Platform): Promise<void> {
  await forEach(platform, await listDue(platform, BATCH), expireLease);
}

/** Commits what runs of silent processes reported after their lease was settled. */
export async function settleLateReports(platform: Platform): Promise<void> {
  const since = new Date(platform.now().getTime() - DAY_MS);
  await forEach(platform, await listReportedLate(platform, since, BATCH), settleLate);
}

async function forEach(
  platform: Platform,
  leases: readonly LeaseRef[],
  work: (tx: TxContext, id: string) => Promise<void>,
): Promise<void> {
  for (const { id, org_id } of leases) {
    try {
      await inTransaction(systemContext(platform, org_id), async (tx) => {
        await lockScopesOf(tx, id);
        await work(tx, id);
      });
    } catch (error) {
      // It comes round again; the others do not wait for it.
      platform.log.error({ err: error, org_id, lease: id }, 'a lease could not be settled');
    }
  }
}

async function expireLease(tx: TxContext, id: string): Promise<void> {
  const lease = await findLease(tx, id);
  if (!lease || Date.parse(lease.expires_at) > tx.now().getTime()) return; // renewed meanwhile
  if (lease.state === 'queued') {
    await removeWaiting(tx, id);
    return;
  }
  const isBudget = lease.kind === 'tokens' || lease.kind === 'cost';
  const used = isBudget ? await findReportedUse(tx, lease) : 0;
  const state = isBudget && lease.state === 'granted' ? 'expired' : 'settled';
  const expiresAt = new Date(tx.now().getTime() + HOLD_MS);
  await settleLease(tx, lease, { used, state, reason: 'expired', expiresAt });
}

async function settleLate(tx: TxContext, id: string): Promise<void> {
  const lease = await findLease(tx, id);
  if (lease?.state !== 'settled') return;
  const used = await findReportedUse(tx, lease);
  await settleLease(tx, lease, { used, state: 'settled', reason: 'reported', expiresAt: lease.expires_at });
}

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
