import { z } from 'zod';
import { Instant } from '#server/platform/http/fields.schema.ts';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

/** What is hashed: everything of an entry but the hashes. */
export const AuditRecord = z.object({
  id: z.uuid(),
  seq: z.int().describe('Counts up by one within the organization, without gaps.'),
  timestamp: z.iso.datetime(),
  action: z.string().describe('`noun.verb`, such as `approval.approved`.'),
  agent: z.string().nullable().describe('Slug of the agent that did it or that it is about.'),
  user: z.string().nullable().describe('E-mail address of the person who did it.'),
  policy: z.string().nullable(),
  result: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).describe('At most 8 KiB, without secrets.'),
  actor_kind: z.string(),
  actor_id: z.string(),
  agent_id: z.uuid().nullable(),
  subject: z.object({ kind: z.string(), id: z.uuid() }),
  ip: z.string().nullable(),
  request_id: z.string().nullable(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

export const AuditEntry = AuditRecord.extend({
  prev_hash: z.string().describe('Hash of the entry before; 64 zeros for the first.'),
  hash: z
    .string()
    .describe('SHA-256 of the bytes of `prev_hash` and the canonical JSON (RFC 8785) of the record, hex.'),
}).meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditRange = z.object({ from: Instant.optional(), to: Instant.optional() });
export type AuditRange = z.infer<typeof AuditRange>;

const AuditFilter = AuditRange.extend({
  action: z.string().max(200).optional(),
  agent: z.string().max(200).optional().describe('Slug or id.'),
  user: z.string().max(320).optional().describe('E-mail address or id.'),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditQuery = AuditFilter.extend(CursorQuery.shape);
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditExportQuery = AuditFilter.extend({ format: z.enum(['ndjson', 'csv']).default('ndjson') });
export type AuditExportQuery = z.infer<typeof AuditExportQuery>;

export const AuditHead = z.object({ seq: z.int(), hash: z.string() });

/** The end of a chain with the server's signature over the canonical JSON of the rest. */
export const SignedHead = z
  .object({
    org: z.uuid(),
    seq: z.int(),
    hash: z.string(),
    at: z.iso.datetime(),
    key_id: z.string().describe('The first 16 hex digits of the SHA-256 of the public key (SPKI DER).'),
    signature: z.string().describe('Ed25519, base64.'),
  })
  .meta({ id: 'SignedHead' });
export type SignedHead = z.infer<typeof SignedHead>;

export const AuditKey = z
  .object({ key_id: z.string(), public_key: z.string().describe('Ed25519, SPKI PEM: for `mc audit verify --key`.') })
  .meta({ id: 'AuditKey' });

export const AuditVerification = z
  .object({
    ok: z.boolean(),
    checked: z.int().describe('How many entries were looked at.'),
    first_seq: z.int().nullable(),
    last_seq: z.int().nullable(),
    head: AuditHead.nullable().describe('The last entry of the organization; null when there is none.'),
    signed_head: SignedHead.nullable().describe('The last end of the chain that was signed.'),
    problem: z
      .object({
        seq: z.int(),
        kind: z.enum(['edited', 'missing', 'reordered', 'truncated', 'signature']),
        detail: z.string(),
      })
      .nullable()
      .describe('The first entry that does not fit.'),
  })
  .meta({ id: 'AuditVerification' });
export type AuditVerification = z.infer<typeof AuditVerification>;
