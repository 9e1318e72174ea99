import { z } from 'zod';
import { Instant } from '#server/platform/http/fields.schema.ts';

const text = (max: number) => z.string().min(1).max(max);
const MAX_ARGS = 16_384;
const MAX_MATCHED = 4_096;

/** A tool call that the plugin of a gateway stopped, or would have. */
export const GatewayVerdict = z
  .object({
    id: z.uuid().describe('UUIDv7 made by the plugin: the same verdict may be sent again.'),
    gateway_agent_id: text(200),
    run_id: text(500).nullable().describe('The gateway’s id of the run.'),
    tool_call_id: text(1_024).nullable(),
    tool: text(256),
    code: z
      .string()
      .max(128)
      .regex(/^[a-z_]+(\.[a-z_]+)+$/)
      .describe('`capability.…`, `control.killed`, `sdk.error`, or `policy.<kind>` with its rule.'),
    rule_ref: text(256).nullable().default(null).describe('`policy@version:rule`'),
    matched: z
      .array(z.record(z.string(), z.unknown()))
      .max(50)
      .refine(
        (matched) => JSON.stringify(matched).length <= MAX_MATCHED,
        `is longer than ${MAX_MATCHED} characters of JSON`,
      )
      .default([]),
    mode: z.enum(['enforce', 'monitor']),
    explanation: text(4_000),
    args: z
      .unknown()
      .refine(
        (args) => (JSON.stringify(args) ?? '').length <= MAX_ARGS,
        `is longer than ${MAX_ARGS} characters of JSON`,
      )
      .optional(),
    bundle: z.int().min(0).max(2_147_483_647).nullable(),
    degraded: z.boolean().describe('Decided without contact to this server.'),
    ts: Instant,
  })
  .meta({ id: 'GatewayVerdict' });
export type GatewayVerdict = z.infer<typeof GatewayVerdict>;

export const GatewayVerdicts = z
  .object({ items: z.array(GatewayVerdict).min(1).max(100) })
  .meta({ id: 'GatewayVerdicts' });
