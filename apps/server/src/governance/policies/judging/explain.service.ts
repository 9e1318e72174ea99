import type { Ir } from '@mission-control/policy/evaluate';
import type { Context } from '#server/platform/context.ts';
import { notFound } from '#server/platform/problem.ts';
import { compileVersion, invalidPolicy } from '../compiling/compile.service.ts';
import { findPolicyByName } from '../policies.store.ts';
import { listIrsForKeys, listPoliciesFor } from '../scopes/scopes.store.ts';
import { explainCall } from './explain.rules.ts';
import { type ExplainedAgent, findExplainedAgent } from './explain.store.ts';
import type { PolicyExplain, PolicyExplanation } from './judging.schema.ts';

/**
 * Says what would be decided of a call and why, for an agent or for one that would be in a scope; a draft counts in the
 * place of the policy of its name. Throws `agent.not_found`, `policy.invalid` for the draft.
 */
export async function explainPolicy(ctx: Context, request: PolicyExplain): Promise<PolicyExplanation> {
  const at = ctx.now();
  const draft = request.draft === undefined ? undefined : await compileDraft(ctx, request.draft);
  if (request.agent_id === undefined) {
    const policies = await listIrsForKeys(ctx, toKeys(request.scope));
    return explainCall({ request, policies: withDraft(policies, draft), exceptions: [], at });
  }
  const agent = await findExplainedAgent(ctx, request.agent_id, request.tool ?? '');
  if (!agent) throw notFound('agent', request.agent_id);
  const { policies, exceptions } = (await listPoliciesFor(ctx, [agent])).get(agent.id) ?? {
    policies: [],
    exceptions: [],
  };
  const { name, capability, open_breakers } = agent;
  const control = toControl(agent);
  return explainCall({
    ...{ request, policies: withDraft(policies, draft), exceptions, agent: name, openBreakers: open_breakers, at },
    ...(capability ? { capability } : {}),
    ...(control ? { control } : {}),
  });
}

function toControl({ is_killed, control_state }: ExplainedAgent): 'killed' | 'paused' | undefined {
  if (is_killed) return 'killed';
  return control_state === 'paused' || control_state === 'draining' ? 'paused' : undefined;
}

async function compileDraft(ctx: Context, text: string): Promise<Ir> {
  const compiled = await compileVersion(ctx, text, { id: 'draft', version: 1 });
  if (!compiled.ir) throw invalidPolicy(compiled);
  const known = await findPolicyByName(ctx, compiled.ir.policy.name);
  const { policy } = compiled.ir;
  return { ...compiled.ir, policy: { ...policy, version: known ? known.latest_version + 1 : policy.version } };
}

const withDraft = (policies: readonly Ir[], draft: Ir | undefined): Ir[] =>
  draft ? [...policies.filter(({ policy }) => policy.name !== draft.policy.name), draft] : [...policies];

/** `{agent_type: x}` → `org`, `agent_type:x`. */
const toKeys = (scope: PolicyExplain['scope']): string[] => [
  'org',
  ...Object.entries(scope ?? {}).flatMap(([level, name]) => (typeof name === 'string' ? [`${level}:${name}`] : [])),
];
