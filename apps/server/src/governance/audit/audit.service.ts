import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { auditExported } from './audit.events.ts';
import type { AuditExportQuery } from './audit.schema.ts';
import { exportAudit } from './export.ts';

/** Begins an export, which the trail then knows of. */
export async function startExport(ctx: Context, query: AuditExportQuery): Promise<AsyncGenerator<string>> {
  const { format, ...filter } = query;
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  await inTransaction(ctx, (tx) =>
    publish(tx, auditExported, { subjectId: ctx.orgId, data: { format, filter: given } }),
  );
  return exportAudit(ctx, query);
}
