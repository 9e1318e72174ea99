import { z } from 'zod';

const Content = z.string().trim().min(1).max(100_000);
const CorrelationId = z.string().max(200).nullable().default(null);
const ReplySource = z.string().max(200).nullable();
const tags = (...words: string[]) => z.array(z.string().trim().min(1).max(200)).max(20).default(words);

export const AgentNudge = z.object({ message: Content }).meta({ id: 'AgentNudge' });

export const GatewayMainAskUserRequest = z
  .object({
    correlation_id: CorrelationId,
    content: Content,
    preferred_channel: z.string().max(200).nullable().default(null),
    reply_tags: tags('gateway_main', 'user_reply'),
    reply_source: ReplySource.default('user_via_gateway_main'),
  })
  .meta({ id: 'GatewayMainAskUserRequest' });
export type GatewayMainAskUserRequest = z.infer<typeof GatewayMainAskUserRequest>;

export const GatewayMainAskUserResponse = z
  .object({
    ok: z.boolean(),
    board_id: z.uuid(),
    main_agent_id: z.uuid().nullable(),
    main_agent_name: z.string().nullable(),
  })
  .meta({ id: 'GatewayMainAskUserResponse' });
export type GatewayMainAskUserResponse = z.infer<typeof GatewayMainAskUserResponse>;

const ToLead = z.object({
  kind: z.enum(['question', 'handoff']).default('question'),
  correlation_id: CorrelationId,
  content: Content,
  reply_tags: tags('gateway_main', 'lead_reply'),
  reply_source: ReplySource.default('lead_to_gateway_main'),
});
export type ToLead = z.infer<typeof ToLead>;

export const GatewayLeadMessageRequest = ToLead.meta({ id: 'GatewayLeadMessageRequest' });

export const GatewayLeadMessageResponse = z
  .object({
    ok: z.boolean(),
    board_id: z.uuid(),
    lead_agent_id: z.uuid().nullable(),
    lead_agent_name: z.string().nullable(),
    lead_created: z.boolean(),
  })
  .meta({ id: 'GatewayLeadMessageResponse' });
export type GatewayLeadMessageResponse = z.infer<typeof GatewayLeadMessageResponse>;

export const GatewayLeadBroadcastRequest = ToLead.extend({
  board_ids: z.array(z.uuid().toLowerCase()).max(1000).nullable().default(null).describe('Null: all of the gateway.'),
}).meta({ id: 'GatewayLeadBroadcastRequest' });
export type GatewayLeadBroadcastRequest = z.infer<typeof GatewayLeadBroadcastRequest>;

export const GatewayLeadBroadcastBoardResult = z
  .object({
    board_id: z.uuid(),
    lead_agent_id: z.uuid().nullable(),
    lead_agent_name: z.string().nullable(),
    ok: z.boolean(),
    error: z.string().nullable(),
    state: z.enum(['sent', 'queued', 'failed']),
  })
  .meta({ id: 'GatewayLeadBroadcastBoardResult' });
export type GatewayLeadBroadcastBoardResult = z.infer<typeof GatewayLeadBroadcastBoardResult>;

export const GatewayLeadBroadcastResponse = z
  .object({
    ok: z.boolean(),
    sent: z.int(),
    failed: z.int(),
    results: z.array(GatewayLeadBroadcastBoardResult),
  })
  .meta({ id: 'GatewayLeadBroadcastResponse' });
export type GatewayLeadBroadcastResponse = z.infer<typeof GatewayLeadBroadcastResponse>;
