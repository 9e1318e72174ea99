import type { Principal } from '#server/platform/principal.ts';
import { forbidden, Problem } from '#server/platform/problem.ts';
import { type Access, canProcess, canServiceKey, canUser, isAccess } from './access.rules.ts';
import type { ProcessToken } from './agent-tokens/agent-tokens.store.ts';
import type { ServiceKey } from './service-keys/service-keys.schema.ts';
import type { Membership } from './users/users.store.ts';

/** A person, with the rights of their role in the active organization. */
export const ofUser = ({ user_id, org_id, role }: Membership): Principal => ({
  actor: { kind: 'user', id: user_id },
  orgId: org_id,
  deny: denyUnless(
    (access) => canUser(role, access),
    () => forbidden(`Your role (${role}) may not do this; ask an admin.`),
  ),
});

export const ofServiceKey = ({ id, organization_id, scopes }: ServiceKey): Principal => ({
  actor: { kind: 'service_key', id },
  orgId: organization_id,
  deny: denyUnless(
    (access) => canServiceKey(scopes, access),
    (access) =>
      new Problem('service_key.scope', 403, `This key has the scopes ${scopes.join(', ')}; ${access} needs another.`),
  ),
});

export const ofProcess = ({ producer_id, org_id }: ProcessToken): Principal => ({
  actor: { kind: 'process', id: producer_id },
  orgId: org_id,
  deny: denyUnless(canProcess, () => forbidden('A process may only report, and read its own bundles.')),
});

const denyUnless =
  (may: (access: Access) => boolean, problem: (access: Access) => Problem): Principal['deny'] =>
  (access) => {
    // A route with an access that the table does not know is open to nobody.
    if (!isAccess(access)) return forbidden('This operation is not open to anybody.');
    return may(access) ? undefined : problem(access);
  };
