import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { findJudgedAgent } from '../../../policies/judging/explain.store.ts';
import { listPoliciesFor } from '../../../policies/scopes/scopes.store.ts';
import { insertViolations } from '../../../violations/violations.service.ts';
import type { ExternalRequest } from '../external.store.ts';
import { judgeRequest, type RequestRuling } from './judge-request.rules.ts';

/** What the policies of the agent that asks say of its request; undefined where they have nothing to say. */
export async function judgeExternal(tx: TxContext, request: ExternalRequest): Promise<RequestRuling | undefined> {
  const { agentId, call } = request;
  if (agentId === null || call === undefined) return undefined;
  const agent = await findJudgedAgent(tx, agentId, call.tool);
  const held = (await listPoliciesFor(tx, [{ id: agentId }])).get(agentId);
  if (!agent || !held) return undefined;
  return judgeRequest(call, {
    ...held,
    isKilled: agent.is_killed,
    openBreakers: agent.open_breakers,
    at: tx.now().getTime(),
  });
}

/** Records what policies rejected as a violation; the request has the arguments, for those who may decide about it. */
export async function recordRejection(
  tx: TxContext,
  { agentId, runId, stepKey, tool }: ExternalRequest,
  { match }: RequestRuling,
): Promise<void> {
  if (agentId === null || !match) return;
  const { rule, line, col, scope, mode, verdict, stage, code } = match;
  const isRule = stage !== 'control';
  await insertViolations(tx, [
    {
      ...{
        id: newId(tx.now()),
        agent_id: agentId,
        version_id: null,
        run_id: runId,
        seq: null,
        step_key: stepKey,
        tool,
      },
      code: isRule ? `policy.${code.split('.')[0]}` : code,
      rule_ref: isRule ? rule : null,
      line: isRule ? line : null,
      ...{ mode: 'enforce', verdict: 'block', enforcement: 'blocked', severity: 'medium' },
      ...{ args_view: null, args_hash: null, bundle: null, degraded: false },
      matched: [{ rule, line, col, scope, mode, verdict, stage, code }],
      explanation: isRule
        ? `Rejected at its gateway: ${tool} is blocked by ${rule}, line ${line}.`
        : 'Rejected at its gateway: the kill switch is on.',
      ts: tx.now().toISOString(),
    },
  ]);
}
