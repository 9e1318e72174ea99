import { hasRole } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { forbidden, notFound, Problem } from '#server/platform/problem.ts';
import type { ApprovalRead } from '../../approvals/approvals.schema.ts';
import { findActivation } from '../activations/activations.store.ts';
import { MAKE_EXCEPTION, needsSecondPerson, requestChange } from '../changes/requests.service.ts';
import { getLivePolicy } from '../policies.service.ts';
import type { PolicyRow } from '../policies.store.ts';
import { toScope } from '../scopes/scopes.rules.ts';
import { getVersionSource } from '../versions/versions.service.ts';
import { exceptionCreated, exceptionDeleted } from './exceptions.events.ts';
import type { PolicyExceptionCreate, PolicyExceptionRead } from './exceptions.schema.ts';
import { findException, hasAgent, insertException, mayWriteScope, removeException } from './exceptions.store.ts';

const LONGEST_MS = 90 * 86_400_000;

/** What became of the wish: the exception, or the approval of another admin that it needs. */
type Excepted = { exception: PolicyExceptionRead } | { approval: ApprovalRead };

/**
 * Lets a rule not count for one agent for a time, or asks a second person where the organization wants one. Throws `policy.not_found`, `agent.not_found`, 403 for whoever may not
 * write at the scope of the policy, `policy_exception.rule_unknown`, `policy_exception.exists`, `request.invalid` for a
 * time that is past or longer than 90 days.
 */
export function createException(ctx: Context, policyId: string, request: PolicyExceptionCreate): Promise<Excepted> {
  return inTransaction(ctx, async (tx) => {
    if (!(await needsSecondPerson(tx))) return { exception: await makeException(tx, policyId, request) };
    const { name } = await assertExceptable(tx, policyId, request);
    return { approval: await requestChange(tx, MAKE_EXCEPTION, { policy_id: policyId, name, ...request }) };
  });
}

/** Makes an exception now; throws as {@link createException}. */
export async function makeException(
  tx: TxContext,
  policyId: string,
  request: PolicyExceptionCreate,
): Promise<PolicyExceptionRead> {
  await assertExceptable(tx, policyId, request);
  const id = await insertException(tx, policyId, request);
  if (id === undefined)
    throw new Problem('policy_exception.exists', 409, 'This rule has an exception for this agent already.');
  const exception = await getException(tx, policyId, id);
  await publish(tx, exceptionCreated, { subjectId: id, data: { exception } });
  return exception;
}

async function assertExceptable(tx: TxContext, policyId: string, request: PolicyExceptionCreate): Promise<PolicyRow> {
  const policy = await getLivePolicy(tx, policyId);
  const { rules } = await getExceptable(tx, policy);
  assertTime(tx, request.until);
  if (!rules.includes(request.rule))
    throw new Problem('policy_exception.rule_unknown', 422, `"${policy.name}" has no rule "${request.rule}".`);
  if (!(await hasAgent(tx, request.agent_id))) throw notFound('agent', request.agent_id);
  return policy;
}

/** Throws `policy_exception.not_found`, 403 as {@link createException}. */
export function deleteException(ctx: Context, policyId: string, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const policy = await getLivePolicy(tx, policyId);
    const exception = await getException(tx, policyId, id);
    await getExceptable(tx, policy);
    await removeException(tx, id);
    await publish(tx, exceptionDeleted, { subjectId: id, data: { exception } });
  });
}

async function getException(ctx: Context, policyId: string, id: string): Promise<PolicyExceptionRead> {
  const exception = await findException(ctx, policyId, id);
  if (!exception) throw notFound('policy_exception', id);
  return exception;
}

/** The rules of what holds, else of the latest version, for whoever may write at its scope. */
async function getExceptable(tx: TxContext, policy: PolicyRow): Promise<{ rules: string[] }> {
  const active = policy.activation_id === null ? undefined : await findActivation(tx, policy.activation_id);
  const source = await getVersionSource(tx, policy.id, active?.version ?? policy.latest_version);
  const { keys } = active?.scope ?? toScope(source);
  const isAdmin = tx.caller.kind === 'user' && hasRole(tx.caller.role, 'admin');
  if (!isAdmin && !(await mayWriteScope(tx, keys)))
    throw forbidden('Exceptions are made by admins, or by who may write on all boards that the policy is for.');
  return { rules: source.rules.map(({ id }) => id.value) };
}

function assertTime({ now }: Context, until: string): void {
  const lastsMs = Date.parse(until) - now().getTime();
  if (lastsMs > 0 && lastsMs <= LONGEST_MS) return;
  const msg = 'An exception ends in the future, at most 90 days from now.';
  throw new Problem('request.invalid', 422, msg, { body: [{ loc: ['body', 'until'], msg, type: 'value_error' }] });
}
