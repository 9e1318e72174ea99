import { z } from 'zod';

const Amount = z.int().min(0).max(1_000_000_000_000_000).describe('Whole tokens, places, or 1e-8 US dollars (cost).');

const TtlS = z.int().min(5).max(120).describe('How long the holder may be silent.');

export const LeaseAcquire = z
  .object({
    id: z.uuid().describe('Made by the caller: asking again with it gives the same answer.'),
    kind: z.enum(['tokens', 'cost', 'concurrency']),
    agent_id: z.uuid(),
    run: z.uuid().describe('The root of the tree of runs.'),
    scopes: z
      .array(z.templateLiteral([z.enum(['run', 'task']), ':', z.uuid()]))
      .max(10)
      .default([])
      .describe('What the caller knows that it belongs to; the server adds all others.'),
    amount: Amount.min(1),
    least: Amount.min(1).optional().describe('The least that is of use; default `amount`.'),
    ttl_s: TtlS.optional().describe('Default 60, of places 25.'),
    wait_s: z.number().min(0).max(25).default(0).describe('How long to wait in the queue for what others hold.'),
  })
  .meta({ id: 'LeaseAcquire' });
export type LeaseAcquire = z.infer<typeof LeaseAcquire>;

export const LeaseRenew = z
  .object({
    id: z.uuid(),
    used: Amount.default(0).describe('In all since the lease was given: telling it again changes nothing.'),
    more: Amount.optional().describe('What should be left of it at least.'),
    least: Amount.optional().describe('What must be left for it to be of use; default `more`.'),
    ttl_s: TtlS.optional(),
  })
  .meta({ id: 'LeaseRenew' });
export type LeaseRenew = z.infer<typeof LeaseRenew>;

export const LeaseReturn = z
  .object({ id: z.uuid(), used: Amount.default(0).describe('In all since the lease was given.') })
  .meta({ id: 'LeaseReturn' });
export type LeaseReturn = z.infer<typeof LeaseReturn>;

export const LeasePriceQuery = z.object({ provider: z.string().max(200).optional(), model: z.string().max(200) });

const Dollars = z.number().describe('US dollars for a million tokens.');

export const LeasePrice = z
  .object({
    price: z
      .object({ input: Dollars, output: Dollars, cache_read: Dollars, cache_write: Dollars })
      .nullable()
      .describe('Null for a model whose price is not known: it counts as free.'),
  })
  .meta({ id: 'LeasePrice' });
export type LeasePrice = z.infer<typeof LeasePrice>;

export const LeaseAnswer = z
  .object({
    id: z.uuid(),
    status: z
      .enum(['granted', 'queued', 'denied'])
      .describe('Queued: ask again with the same id to keep the place. Denied: nothing (more) is held.'),
    amount: Amount.describe('What is reserved now and unused; of a denied one what could be had.'),
    expires_at: z.iso.datetime().nullable(),
    processes: z.int().describe('How many processes of the agent live: what each may use alone is its part of a cap.'),
    position: z.int().nullable(),
    retry_after_ms: z.int().nullable(),
    denied_by: z
      .object({
        rule: z.string().describe('`policy@version:rule`, or `manifest`.'),
        scope: z.string(),
        cap: Amount,
        committed: Amount,
      })
      .nullable(),
  })
  .meta({ id: 'LeaseAnswer' });
export type LeaseAnswer = z.infer<typeof LeaseAnswer>;
