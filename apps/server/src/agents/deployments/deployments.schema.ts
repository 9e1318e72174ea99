import { z } from 'zod';
import { CursorQuery, cursorPage } from '#server/platform/http/page.schema.ts';
import { VersionWatch } from '../version-watch/watch.schema.ts';

export const DeploymentKind = z.enum(['activate', 'rollback', 'auto_rollback']);
export type DeploymentKind = z.infer<typeof DeploymentKind>;

/**
 * `switching` until a process reports the new version: then `live`, or `pointer_only` when no target swaps the processes.
 * `superseded` by a later deployment; `reverted` when the target gave up and the version before is active again, `failed`
 * when there is none to return to.
 */
export const DeploymentStatus = z.enum(['switching', 'live', 'pointer_only', 'superseded', 'failed', 'reverted']);
export type DeploymentStatus = z.infer<typeof DeploymentStatus>;

const VersionRef = z.object({ id: z.uuid(), number: z.int(), label: z.string().nullable() });

export const DeploymentAttempt = z.object({
  at: z.iso.datetime(),
  ok: z.boolean(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
export type DeploymentAttempt = z.infer<typeof DeploymentAttempt>;

/** One move of an agent's version pointer, and how the processes followed. */
export const Deployment = z
  .object({
    id: z.uuid(),
    agent_id: z.uuid(),
    agent_slug: z.string(),
    kind: DeploymentKind,
    from: VersionRef.nullable(),
    to: VersionRef,
    reason: z.string(),
    actor: z.object({ kind: z.string(), id: z.string() }),
    status: DeploymentStatus,
    target: z.object({ id: z.uuid().nullable().describe('Null: it is gone.'), name: z.string() }).nullable(),
    attempts: z.array(DeploymentAttempt).describe('Calls of the target, oldest first; the last 20.'),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    accepted_at: z.iso.datetime().nullable().describe('When the target had taken the swap.'),
    created_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
    watch: VersionWatch.nullable(),
  })
  .meta({ id: 'Deployment' });
export type Deployment = z.infer<typeof Deployment>;

/** With where its processes are now. */
export const DeploymentDetail = Deployment.extend({
  processes: z.object({
    on_version: z.int().describe('Living processes that run the version of this deployment.'),
    elsewhere: z.int().describe('Living processes that run another; without a target they must be restarted.'),
  }),
}).meta({ id: 'DeploymentDetail' });
export type DeploymentDetail = z.infer<typeof DeploymentDetail>;

export const DeploymentQuery = CursorQuery.extend({
  agent_id: z.uuid().optional(),
  status: DeploymentStatus.optional(),
});
export type DeploymentQuery = z.infer<typeof DeploymentQuery>;

export const DeploymentPage = cursorPage(Deployment).meta({ id: 'DeploymentPage' });

const Reason = z.string().trim().min(1).max(2000);
const IfActive = z
  .uuid()
  .optional()
  .describe('The active version that the caller saw; 409 `agent.version_changed` when it is another by now.');

export const ActivateRequest = z.object({ reason: Reason, if_active: IfActive }).meta({ id: 'ActivateRequest' });

export const RollbackRequest = z
  .object({
    reason: Reason,
    to: z.uuid().optional().describe('The version active before the current one, if left out.'),
    if_active: IfActive,
  })
  .meta({ id: 'RollbackRequest' });
