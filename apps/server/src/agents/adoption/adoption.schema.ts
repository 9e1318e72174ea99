import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';

/** An agent as it was found on a gateway. */
const GatewayAgent = z
  .object({
    gateway_agent_id: z.string(),
    name: z.string(),
    managed: z.boolean(),
    agent_id: z.uuid().nullable(),
    conflicts: z.array(z.string()),
  })
  .meta({ id: 'GatewayAgent' });
export const GatewayAgentPage = cursorPage(GatewayAgent);

export const AdoptionRequest = z
  .object({
    gateway_agent_id: z.string().trim().min(1).max(200),
    board_id: z.uuid().toLowerCase().nullable().default(null),
    name: z.string().trim().min(1).max(200).optional(),
    dry_run: z.boolean().default(true),
  })
  .meta({ id: 'AdoptionRequest' });

/** What adopting an agent would change. */
export const AdoptionPlan = z
  .object({
    gateway_agent_id: z.string(),
    name: z.string(),
    workspace: z.string().nullable(),
    session_key: z.string(),
    files: z.array(z.object({ name: z.string(), action: z.enum(['keep', 'append', 'create']), diff: z.string() })),
    config_changes: z.unknown(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'AdoptionPlan' });
