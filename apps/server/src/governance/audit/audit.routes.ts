import { Readable } from 'node:stream';
import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { AuditEntry, AuditExportQuery, AuditKey, AuditQuery, AuditRange, AuditVerification } from './audit.schema.ts';
import { startExport } from './audit.service.ts';
import { listEntries } from './audit.store.ts';
import { toEntryJson } from './export.ts';
import { createSigningKey } from './heads/signing-key.ts';
import { verifyAudit } from './verify.ts';

const tags = ['audit'];
const config = { access: 'organization:manage' };

export function auditRoutes(router: Router): void {
  router.get(
    '/audit',
    {
      config,
      schema: {
        operationId: 'listAudit',
        tags,
        summary: 'Who did what, newest first. A change is sealed and shown within a second of its commit.',
        querystring: AuditQuery,
        response: { 200: cursorPage(AuditEntry), ...problems(403) },
      },
    },
    async ({ ctx, query }) => {
      const { items, next_cursor } = toPage(
        await listEntries(ctx, query, parseCursor(query.cursor, [z.int()])),
        query.limit,
        ({ seq }) => [seq],
      );
      return { items: items.map((row): AuditEntry => JSON.parse(toEntryJson(row))), next_cursor };
    },
  );

  router.get(
    '/audit/verify',
    {
      config,
      schema: {
        operationId: 'verifyAudit',
        tags,
        summary: 'Recompute the chain of hashes and name the first entry that does not fit.',
        querystring: AuditRange,
        response: { 200: AuditVerification, ...problems(403) },
      },
    },
    ({ ctx, query }) => verifyAudit(ctx, query),
  );

  router.get(
    '/audit/key',
    {
      config,
      schema: {
        operationId: 'getAuditKey',
        tags,
        summary: 'The public key of signed ends of the chain.',
        response: { 200: AuditKey, ...problems(403) },
      },
    },
    ({ ctx }) => {
      const { id, publicPem } = createSigningKey(ctx.secrets);
      return { key_id: id, public_key: publicPem };
    },
  );

  router.get(
    '/audit/export',
    {
      config,
      schema: {
        operationId: 'exportAudit',
        tags,
        summary: 'The trail as NDJSON, which `mc audit verify` checks, or as CSV.',
        querystring: AuditExportQuery,
        response: { 200: z.unknown(), ...problems(403) },
      },
    },
    async ({ ctx, query }, reply) =>
      reply
        .header('content-type', query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
        .header('content-disposition', `attachment; filename="audit.${query.format}"`)
        .send(Readable.from(await startExport(ctx, query))),
  );
}
