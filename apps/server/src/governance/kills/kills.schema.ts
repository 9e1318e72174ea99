import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

const Name = z.string().trim().min(1).max(200);

export const KillScope = z
  .union([
    z.strictObject({ org: z.literal(true) }),
    z.strictObject({ board: Name }),
    z.strictObject({ board_group: Name }),
    z.strictObject({ agent_type: Name }),
    z.strictObject({ agent: Name }),
  ])
  .describe('One of them. A board or board group by id, slug or name, an agent by id or slug.');
export type KillScope = z.infer<typeof KillScope>;

export const KillScopeKind = z.enum(['org', 'board', 'board_group', 'agent_type', 'agent']);
export type KillScopeKind = z.infer<typeof KillScopeKind>;

export const KillCreate = z
  .object({
    scope: KillScope,
    abort: z.boolean().default(false).describe('Whether calls that run are cancelled; else nothing new begins.'),
    reason: z.string().trim().min(1).max(2000),
  })
  .meta({ id: 'KillCreate' });
export type KillCreate = z.infer<typeof KillCreate>;

export const KillRelease = z
  .object({
    percent: z
      .union([z.literal(10), z.literal(50), z.literal(100)])
      .describe('The share of its agents that is let go, always the same ones first; 100 ends the kill.'),
  })
  .meta({ id: 'KillRelease' });
export type KillRelease = z.infer<typeof KillRelease>;

const Who = z.object({ kind: z.string(), id: z.string() });

export const KillRead = z
  .object({
    id: z.uuid(),
    scope_kind: KillScopeKind,
    scope_id: z.uuid().nullable().describe('Of the board, board group or agent.'),
    scope_name: z.string().describe('The type, or what the scope was called when it was killed.'),
    abort: z.boolean(),
    reason: z.string(),
    set_by: Who,
    set_at: z.iso.datetime(),
    released_percent: z.int(),
    released_by: Who.nullable(),
    released_at: z.iso.datetime().nullable(),
    agents: z.int().describe('How many agents it holds now.'),
  })
  .meta({ id: 'KillRead' });
export type KillRead = z.infer<typeof KillRead>;

export const KillQuery = CursorQuery.extend({
  state: z.enum(['active', 'all']).default('active').describe('`all`: those that were released, too.'),
});
export type KillQuery = z.infer<typeof KillQuery>;
