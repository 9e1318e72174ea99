import { z } from 'zod';
import { Flag } from '#server/platform/http/fields.schema.ts';

export const TemplatesSyncQuery = z.object({
  include_main: Flag.default(true),
  lead_only: Flag.default(false),
  reset_sessions: Flag.default(false),
  rotate_tokens: Flag.default(false),
  force_bootstrap: Flag.default(false),
  overwrite: Flag.default(false),
  board_id: z.uuid().toLowerCase().optional(),
  dry_run: Flag.default(false).describe('Only say which files would be written.'),
});
export type TemplatesSyncQuery = z.infer<typeof TemplatesSyncQuery>;

/** What a sync does, or would do, with one agent. */
const SyncedAgent = z.object({
  agent_id: z.uuid(),
  agent_name: z.string(),
  state: z.enum(['running', 'updated', 'failed', 'planned']),
  files: z
    .array(z.object({ name: z.string(), action: z.enum(['keep', 'create', 'change']) }))
    .describe('Of a dry run.'),
});
export type SyncedAgent = z.infer<typeof SyncedAgent>;

export const GatewayTemplatesSyncError = z
  .object({
    agent_id: z.uuid().nullable(),
    agent_name: z.string().nullable(),
    board_id: z.uuid().nullable(),
    message: z.string(),
    code: z.string(),
  })
  .meta({ id: 'GatewayTemplatesSyncError' });

export const GatewayTemplatesSyncResult = z
  .object({
    gateway_id: z.uuid(),
    include_main: z.boolean(),
    reset_sessions: z.boolean(),
    agents_updated: z.int(),
    agents_skipped: z.int().describe('Of paused boards, and adopted ones.'),
    main_updated: z.boolean(),
    errors: z.array(GatewayTemplatesSyncError),
    job_id: z.uuid(),
    state: z.enum(['running', 'succeeded', 'failed']),
    files_unchanged: z.int(),
    files_written: z.int(),
    dry_run: z.boolean(),
    agents: z.array(SyncedAgent),
  })
  .meta({ id: 'GatewayTemplatesSyncResult' });
export type GatewayTemplatesSyncResult = z.infer<typeof GatewayTemplatesSyncResult>;
