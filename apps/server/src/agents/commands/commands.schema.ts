import { z } from 'zod';

/** What processes are told. Those of a person's or the server's control carry the bundle number that says the same. */
export const CommandType = z.enum([
  ...(['bundle', 'hold', 'release', 'kill', 'drain', 'abort', 'keep', 'flush'] as const),
  ...(['lease.revoke', 'grant', 'replay.offer', 'confirmation', 'version.activate'] as const),
]);
export type CommandType = z.infer<typeof CommandType>;

export const Command = z
  .object({
    id: z.uuid(),
    seq: z.int().describe('Grows; the id of the event in the stream.'),
    type: CommandType,
    expires_at: z.iso.datetime(),
    body: z
      .record(z.string(), z.unknown())
      .describe('By type. What is about an agent has its `agent_id` and the number of its `bundle`.'),
    mac: z
      .string()
      .describe('Base64: HMAC-SHA-256 by the command key over the RFC 8785 JSON of the command without `mac`.'),
  })
  .meta({ id: 'Command' });
export type Command = z.infer<typeof Command>;

const MAX_WAIT_S = 25;
const MAX_ACKS = 1_000;

export const PollRequest = z
  .object({
    after: z.int().min(0).optional().describe('The `seq` of the last command received, which it acknowledges.'),
    wait_s: z.number().min(0).max(MAX_WAIT_S).default(0),
    ack: z.array(z.uuid()).max(MAX_ACKS).default([]).describe('Ids of commands that need not be sent again.'),
  })
  .meta({ id: 'PollRequest' });
export type PollRequest = z.infer<typeof PollRequest>;
