import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { notFound } from '#server/platform/problem.ts';
import { lockOrganization } from '../organizations/organizations.store.ts';
import { openArchive } from './archive-folder.ts';
import { organizationExported } from './exports.events.ts';
import { EXPORT_WORK, findOpenExport, isExportDone } from './exports.store.ts';

/** Begins an export of the organization, unless one is under way; the id of its job. */
export function startExport(ctx: Context): Promise<string> {
  return inTransaction(ctx, async (tx) => {
    await lockOrganization(tx.db, tx.orgId);
    const open = await findOpenExport(tx);
    if (open !== undefined) return open;
    const subject = { kind: 'organization', id: tx.orgId };
    const jobId = await enqueueWork(tx, { kind: EXPORT_WORK, payload: {}, subject });
    await publish(tx, organizationExported, { subjectId: tx.orgId, data: { job_id: jobId } });
    return jobId;
  });
}

/** What an export wrote. Throws `export.not_found`, also for one that a newer export replaced. */
export async function getArchive(ctx: Context, jobId: string) {
  const archive = (await isExportDone(ctx, jobId)) && (await openArchive(ctx.config, { orgId: ctx.orgId, jobId }));
  if (!archive) throw notFound('export', jobId);
  return archive;
}
