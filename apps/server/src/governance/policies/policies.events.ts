import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { PolicyMode } from './policies.schema.ts';

const Scope = z.object({ keys: z.array(z.string()), exclude: z.array(z.string()) });

const PolicyFact = z.object({
  policy_id: z.uuid(),
  name: z.string(),
  version: z.int(),
  /** How strictly the version holds now; null when it does not. */
  mode: PolicyMode.nullable(),
  /** Whom the change touches: the scopes before and after; `findAgentsInScope` tells the agents. */
  scopes: z.array(Scope),
  hash: z.string().optional(),
  /** The version before, of a change of what holds. */
  from_version: z.int().nullable().optional(),
  acknowledged_unobserved: z.boolean().optional(),
  reason: z.string().nullable().optional(),
  /** Of a change that a second person agreed to: the approval, and the user who asked. */
  approval_id: z.uuid().optional(),
  requested_by: z.string().optional(),
});
export type PolicyFact = z.infer<typeof PolicyFact>;

const policyEvent = (type: string, toMessage: (fact: PolicyFact) => string) =>
  defineEvent({
    type,
    subject: 'policy',
    schema: PolicyFact,
    topics: () => ['policies'],
    activity: (fact) => ({ message: toMessage(fact), data: { policy_id: fact.policy_id, version: fact.version } }),
    audit: ({ scopes: _, ...fact }) => ({ ...fact, policy: `${fact.name}@${fact.version}` }),
  });

export const policyCreated = policyEvent('policy.created', ({ name }) => `Policy ${name} created.`);
export const policyUpdated = policyEvent(
  'policy.updated',
  ({ name, version }) => `Policy ${name} saved as version ${version}.`,
);
export const policyActivated = policyEvent(
  'policy.activated',
  ({ name, version, mode }) => `Policy ${name} version ${version} activated: ${mode}.`,
);
export const policyRolledBack = policyEvent(
  'policy.rolled_back',
  ({ name, version, mode }) => `Policy ${name} rolled back to version ${version}: ${mode}.`,
);
export const policyDeactivated = policyEvent('policy.deactivated', ({ name }) => `Policy ${name} turned off.`);
export const policyArchived = policyEvent('policy.archived', ({ name }) => `Policy ${name} archived.`);
