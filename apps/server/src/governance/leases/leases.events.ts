import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const Scope = z.object({ key: z.string(), cap: z.int(), committed: z.int() });

/** Most of a budget is used; told once for each. */
export const budgetWarned = defineEvent({
  type: 'budget.warn',
  subject: 'agent',
  schema: z.object({ agent_id: z.uuid(), scopes: z.array(Scope) }),
  activity: ({ agent_id, scopes }) => ({
    agentId: agent_id,
    message: `Budget nearly used: ${scopes.map(({ key, cap, committed }) => `${key} ${committed} of ${cap}`).join(', ')}`,
  }),
});

/** The counters of a scope are not what its ledger sums up to: a defect of ours, to be looked at. */
export const leasesUnbalanced = defineEvent({
  type: 'leases.unbalanced',
  subject: 'organization',
  schema: z.object({
    scopes: z.array(
      z.object({
        key: z.string(),
        committed: z.int(),
        reserved: z.int(),
        ledger_committed: z.int(),
        ledger_reserved: z.int(),
      }),
    ),
  }),
  activity: ({ scopes }) => ({ message: `The budgets of ${scopes.length} scopes differ from their ledger` }),
  audit: ({ scopes }) => ({ scopes: scopes.slice(0, 20) }),
});
