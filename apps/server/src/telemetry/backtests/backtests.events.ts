import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const Fact = z.object({ backtest_id: z.uuid(), policy: z.string(), version: z.int().nullable() });

export const backtestCreated = defineEvent({
  type: 'backtest.created',
  subject: 'backtest',
  schema: Fact.extend({ from: z.string(), to: z.string() }),
  audit: ({ backtest_id, policy, version, from, to }) => ({ backtest_id, policy, version, from, to }),
});

export const backtestEnded = defineEvent({
  type: 'backtest.ended',
  subject: 'backtest',
  schema: Fact.extend({ state: z.enum(['succeeded', 'failed', 'canceled']) }),
});
