import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';

/** Does work on approvals of several organizations, in a transaction of each. */
export async function forEachOrganization(
  platform: Platform,
  approvals: readonly { id: string; org_id: string }[],
  work: (tx: TxContext, ids: string[]) => Promise<void>,
): Promise<void> {
  for (const orgId of new Set(approvals.map(({ org_id }) => org_id))) {
    const ids = approvals.flatMap(({ id, org_id }) => (org_id === orgId ? id : []));
    try {
      await inTransaction(systemContext(platform, orgId), (tx) => work(tx, ids));
    } catch (error) {
      // They come round again; the other organizations do not wait for it.
      platform.log.error({ err: error, org_id: orgId }, 'approvals could not expire, be escalated, or be reminded of');
    }
  }
}
