import { z } from 'zod';
import { Flag } from '#server/platform/http/fields.schema.ts';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

const MAX_SOURCE = 262_144;

export const PolicyMode = z.enum(['enforce', 'monitor', 'dry_run', 'off']);
export type PolicyMode = z.infer<typeof PolicyMode>;

export const PolicyActor = z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() });

const Range = z.object({ line: z.int(), col: z.int(), end_line: z.int(), end_col: z.int() });

export const PolicyFinding = Range.extend({
  code: z.string().describe('`MC100` and so on.'),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  fix: z
    .object({ title: z.string(), edits: z.array(z.object({ range: Range, text: z.string() })) })
    .optional()
    .describe('Edits that mend it; ends of ranges are behind the last character.'),
}).meta({ id: 'PolicyFinding' });

export const PolicyTest = z
  .object({
    name: z.string(),
    ok: z.boolean(),
    message: z.string().optional().describe('Why it failed.'),
    line: z.int(),
  })
  .meta({ id: 'PolicyTest' });

export const PolicyRead = z
  .object({
    id: z.uuid(),
    name: z.string(),
    latest_version: z.int(),
    active_version: z.int().nullable().describe('Null when no version holds.'),
    mode: PolicyMode.nullable().describe('How strictly the active version holds; rules may be less strict.'),
    scope: z
      .object({ keys: z.array(z.string()), exclude: z.array(z.string()) })
      .nullable()
      .describe('Whom the active version is for: `org`, `agent_type:refund-agent`, `board:support` and so on.'),
    activated_by: PolicyActor.nullable(),
    activated_at: z.iso.datetime().nullable(),
    archived_at: z.iso.datetime().nullable(),
    created_by: PolicyActor,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'PolicyRead' });
export type PolicyRead = z.infer<typeof PolicyRead>;

export const PolicyDetail = PolicyRead.extend({
  source: z.string().describe('Of the latest version.'),
  findings: z.array(PolicyFinding),
  tests: z.array(PolicyTest),
}).meta({ id: 'PolicyDetail' });
export type PolicyDetail = z.infer<typeof PolicyDetail>;

export const PolicySourceText = z.string().min(1).max(MAX_SOURCE).describe('The YAML of one policy.');
const Note = z.string().max(2000).nullable().default(null).describe('What this version changes.');

export const PolicyCreate = z.object({ source: PolicySourceText, note: Note }).meta({ id: 'PolicyCreate' });
export type PolicyCreate = z.infer<typeof PolicyCreate>;

export const PolicyUpdate = z
  .object({
    source: PolicySourceText,
    note: Note,
    if_version: z.int().min(1).describe('The latest version that you saw.'),
  })
  .meta({ id: 'PolicyUpdate' });
export type PolicyUpdate = z.infer<typeof PolicyUpdate>;

export const PolicyQuery = CursorQuery.extend({
  q: z.string().max(200).optional().describe('Part of the name.'),
  mode: PolicyMode.optional(),
  archived: Flag.default(false).describe('The archived ones instead.'),
});
export type PolicyQuery = z.infer<typeof PolicyQuery>;
