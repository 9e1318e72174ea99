import { z } from 'zod';
import { Flag } from '#server/platform/http/fields.schema.ts';

/** Which gateway is meant: by a board on it, or by its own id. One is needed, and its absence has a code of its own. */
export const OfGateway = z.object({ board_id: z.uuid().optional(), gateway_id: z.uuid().optional() });
export type OfGateway = z.infer<typeof OfGateway>;

export const GatewayStatusQuery = z.object({
  board_id: z.uuid().optional(),
  gateway_url: z.string().max(2000).optional(),
  gateway_token: z.string().max(10_000).optional().describe('Deprecated: use POST /gateways/check.'),
  gateway_disable_device_pairing: Flag.optional(),
  gateway_allow_insecure_tls: Flag.optional(),
});
export type GatewayStatusQuery = z.infer<typeof GatewayStatusQuery>;

export const GatewaysStatusResponse = z
  .object({
    connected: z.boolean(),
    gateway_url: z.string(),
    sessions_count: z.int().nullable(),
    sessions: z.array(z.unknown()).nullable(),
    main_session: z.unknown().nullable(),
    main_session_error: z.string().nullable(),
    error: z.string().nullable(),
    code: z.string().nullable(),
    failed_hop: z.string().nullable(),
    protocol: z.int().nullable(),
    server_version: z.string().nullable(),
    scopes: z.array(z.string()),
  })
  .meta({ id: 'GatewaysStatusResponse' });
export type GatewaysStatusResponse = z.infer<typeof GatewaysStatusResponse>;

export const GatewaySessionsResponse = z
  .object({ sessions: z.array(z.unknown()), main_session: z.unknown().nullable() })
  .meta({ id: 'GatewaySessionsResponse' });
export const GatewaySessionResponse = z.object({ session: z.unknown() }).meta({ id: 'GatewaySessionResponse' });
export const GatewaySessionHistoryResponse = z
  .object({ history: z.array(z.unknown()) })
  .meta({ id: 'GatewaySessionHistoryResponse' });
export const GatewaySessionLive = z
  .object({
    run: z
      .object({
        run_id: z.string().describe('As the gateway calls it.'),
        text: z.string().describe('What the model has written so far of the answer that is not in the history yet.'),
        started_at: z.iso.datetime().nullable(),
      })
      .nullable()
      .describe('Null while nothing runs.'),
  })
  .meta({ id: 'GatewaySessionLive' });
export type GatewaySessionLive = z.infer<typeof GatewaySessionLive>;
export const GatewaySessionMessageRequest = z
  .object({ content: z.string().trim().min(1).max(100_000) })
  .meta({ id: 'GatewaySessionMessageRequest' });

export const GatewayCommandsResponse = z
  .object({
    protocol_version: z.int(),
    methods: z.array(z.string()),
    events: z.array(z.string()),
    negotiated_protocol: z.int().nullable(),
  })
  .meta({ id: 'GatewayCommandsResponse' });
