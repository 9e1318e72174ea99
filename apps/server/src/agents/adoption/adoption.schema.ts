import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';

/** An agent as it was found on a gateway. */
const GatewayAgent = z
  .object({
    gateway_agent_id: z.string(),
    name: z.string(),
    managed: z.boolean().describe('Mission Control writes its files and its credential.'),
    agent_id: z.uuid().nullable().describe('Null: nobody adopted it yet.'),
    conflicts: z.array(z.string()).describe('What stands against adopting it.'),
  })
  .meta({ id: 'GatewayAgent' });
export type GatewayAgent = z.infer<typeof GatewayAgent>;
export const GatewayAgentPage = cursorPage(GatewayAgent);

const dry_run = z.boolean().default(true);

export const AdoptionRequest = z
  .object({
    gateway_agent_id: z.string().trim().min(1).max(200),
    board_id: z
      .uuid()
      .toLowerCase()
      .nullable()
      .default(null)
      .describe('Null: it works on no board and is only watched, until it gets one.'),
    name: z.string().trim().min(1).max(200).optional(),
    manage: z
      .boolean()
      .default(false)
      .describe('Also give it a credential and our section of AGENTS.md; without it nothing is written there.'),
    dry_run,
  })
  .meta({ id: 'AdoptionRequest' });
export type AdoptionRequest = z.infer<typeof AdoptionRequest>;

export const ManageRequest = z.object({ dry_run }).meta({ id: 'ManageRequest' });

/** What adopting or managing an agent would change on its gateway. */
export const AdoptionPlan = z
  .object({
    gateway_agent_id: z.string(),
    name: z.string(),
    workspace: z.string().nullable(),
    session_key: z.string(),
    files: z.array(
      z.object({
        name: z.string(),
        action: z.enum(['keep', 'append', 'create']),
        diff: z.string().describe('Lines that go begin with -, lines that come with +.'),
      }),
    ),
    config_changes: z.unknown(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'AdoptionPlan' });
export type AdoptionPlan = z.infer<typeof AdoptionPlan>;
