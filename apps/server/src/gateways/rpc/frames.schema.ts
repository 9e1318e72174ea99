import { z } from 'zod';
import { RpcError } from './refusal.ts';

/** What a gateway sends. Unknown fields and kinds are ignored. */
export const Frame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('res'),
    id: z.string(),
    ok: z.boolean(),
    payload: z.unknown().optional(),
    error: RpcError.optional(),
  }),
  z.object({
    type: z.literal('event'),
    event: z.string(),
    payload: z.unknown().optional(),
    seq: z.number().nullish(),
  }),
]);
export type Frame = z.infer<typeof Frame>;

export const Challenge = z.object({ nonce: z.string(), ts: z.number() });
export type Challenge = z.infer<typeof Challenge>;

export const HelloOk = z.object({
  type: z.literal('hello-ok'),
  protocol: z.number(),
  server: z
    .object({ version: z.string().nullish(), buildId: z.string().nullish(), bootId: z.string().nullish() })
    .default({}),
  auth: z
    .object({ scopes: z.array(z.string()).default([]), deviceToken: z.string().nullish() })
    .default({ scopes: [] }),
  policy: z
    .object({ tickIntervalMs: z.number().min(1000) })
    .partial()
    .default({}),
});
export type HelloOk = z.infer<typeof HelloOk>;

/** Said before a gateway stops or restarts. */
export const Shutdown = z.object({ restartExpectedMs: z.number().nullish() });
