import { appendFile } from 'node:fs/promises';
import { inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { auditBroken, headSigned } from '../audit.events.ts';
import { verifyAudit } from '../verify.ts';
import { listActive, listUnsigned, lockHead, saveSignedHead } from './heads.store.ts';
import { createSigningKey, type SigningKey } from './signing-key.ts';

const SIGNED_EVERY = { entries: 1_000, ms: 60_000 };
const DAY_MS = 86_400_000;

export const ANCHOR_HEAD = 'audit.anchor_head';

/** Signs the ends of all chains that have grown enough; each signed end is a fact, which anchors take. */
export async function signHeads(platform: Platform): Promise<void> {
  const key = createSigningKey(platform.secrets);
  for (const orgId of await listUnsigned(platform.db, SIGNED_EVERY)) await signHead(platform, orgId, key);
}

const signHead = (platform: Platform, orgId: string, key: SigningKey): Promise<void> =>
  inTransaction(systemContext(platform, orgId), async (tx) => {
    const head = await lockHead(tx);
    if (!head || head.seq <= head.signed_seq) return;
    const signed = key.sign({ org: orgId, seq: head.seq, hash: head.hash, at: tx.now().toISOString() });
    await saveSignedHead(tx, signed);
    await publish(tx, headSigned, { subjectId: orgId, data: signed });
    if (tx.config.auditAnchorFile) await enqueueWork(tx, { kind: ANCHOR_HEAD, payload: signed });
  });

/** Appends a signed end to the file that the operator keeps them in. At least once: a line may stand there twice. */
export const anchorHead: WorkKind = {
  async run({ config: { auditAnchorFile } }, { payload }) {
    if (auditAnchorFile) await appendFile(auditAnchorFile, `${JSON.stringify(payload)}\n`, { mode: 0o600 });
  },
};

/** Follows the chains of all organizations over the last day; one that does not hold is a fact and an error of the log. */
export async function verifyLastDay(platform: Platform): Promise<void> {
  const since = new Date(platform.now().getTime() - DAY_MS);
  for (const orgId of await listActive(platform.db, since)) {
    const ctx = systemContext(platform, orgId);
    const { problem } = await verifyAudit(ctx, { from: since.toISOString() });
    if (!problem) continue;
    platform.log.error({ org_id: orgId, ...problem }, 'the audit trail does not hold');
    await inTransaction(ctx, (tx) => publish(tx, auditBroken, { subjectId: orgId, data: problem }));
  }
}
