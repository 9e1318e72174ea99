import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { findGrantOf } from '../../grants/grants.store.ts';
import { listPoliciesFor } from '../../policies/scopes/scopes.store.ts';
import { approvalCreated, approvalResolved } from '../approvals.events.ts';
import type { ApprovalRead } from '../approvals.schema.ts';
import { getApproval } from '../approvals.service.ts';
import { findReadableApproval } from '../approvals.store.ts';
import { updateApproval } from '../decisions/decisions.service.ts';
import { lockApproval, saveStatus } from '../decisions/decisions.store.ts';
import { escalateUntilAnswerable } from '../escalations/escalations.service.ts';
import { expireOverdue } from '../expiry/expiry.service.ts';
import { publishApproval } from '../publish-approval.ts';
import { type Asked, toAsked } from './asked.rules.ts';
import { toAudience } from './audience.ts';
import type { ApprovalAnswer, ApprovalVote, Question } from './questions.schema.ts';
import {
  type AskingAgent,
  findAskingAgent,
  findLastComment,
  insertQuestion,
  isOwnQuestion,
} from './questions.store.ts';

/**
 * Takes the question of a process about a call that its policies hold back; whom it is for, the policies in force say. The
 * same question again has the same answer. Throws `agent.not_found`, `approval.rule_unknown`, `approval.id_taken`.
 */
export async function ask(ctx: Context, question: Question): Promise<ApprovalAnswer> {
  await inTransaction(ctx, async (tx) => {
    const agent = await findAskingAgent(tx, question.agent_id);
    if (!agent) throw notFound('agent', question.agent_id);
    if (await isOwnQuestion(tx, question.id)) return;
    const held = (await listPoliciesFor(tx, [{ id: question.agent_id }])).get(question.agent_id);
    const asked = toAsked(held?.policies ?? [], question.rules);
    if (!asked)
      throw new Problem(
        'approval.rule_unknown',
        409,
        `None of the agent's policies has all of ${question.rules.join(', ')}.`,
      );
    if (await insert(tx, question, { agent, asked })) {
      await publishApproval(tx, approvalCreated, question.id, {});
      await escalateUntilAnswerable(tx, question.id);
      return;
    }
    // The same question, asked twice at once, is there by now.
    if (!(await isOwnQuestion(tx, question.id)))
      throw new Problem('approval.id_taken', 409, 'Another approval has this id.');
  });
  return await getAnswer(ctx, question.id);
}

async function insert(
  tx: TxContext,
  question: Question,
  { agent, asked }: { agent: AskingAgent; asked: Asked },
): Promise<boolean> {
  return await insertQuestion(tx, {
    ...{ id: question.id, agentId: question.agent_id, boardId: agent.board_id, runId: question.run_id },
    ...{ stepKey: question.step_key, tool: question.tool, rules: question.rules, argsHash: question.args_hash },
    payload: {
      ...{ reason: question.explanation, args: question.args ?? null, rules: question.rules },
      ...(question.lift && { lift: question.lift }),
      ...toLike(question, { agent, asked }),
    },
    confidence: Math.round(100 * (question.confidence ?? 0)),
    ...{ riskScore: question.risk_score, riskFactors: question.risk_factors },
    audience: await toAudience(tx, asked),
    onTimeout: asked.onTimeout === 'allow' && !mayGoOnUnasked(agent, question) ? 'deny' : asked.onTimeout,
    expiresAt: new Date(tx.now().getTime() + asked.timeoutS * 1000),
  });
}

/** What people may allow besides the call itself; nothing for a tool that is not known to stay away from restricted stores. */
function toLike(
  { kind, tool, pins = {}, lift }: Question,
  { agent, asked: { like } }: { agent: AskingAgent; asked: Asked },
): object {
  const declared = agent.tools?.find(({ name }) => name === tool);
  if (!like || lift || kind !== 'tool' || !declared) return {};
  const { read = [], write = [] } = declared.data ?? {};
  if ([...read, ...write].some((store) => agent.restricted_stores.includes(store))) return {};
  const isWhole = like.paths.length === Object.keys(pins).length && like.paths.every((path) => path in pins);
  return isWhole ? { like: { pins, uses: like.uses } } : {};
}

/** A call that cannot be taken back never happens because nobody looked. */
function mayGoOnUnasked({ tools }: AskingAgent, { kind, tool }: Question): boolean {
  if (kind !== 'tool') return true;
  const declared = tools?.find(({ name }) => name === tool)?.side_effect;
  return declared !== undefined && declared !== 'non_idempotent';
}

/** One that the caller may read, with the leave that it gave. Throws `approval.not_found`. */
export async function getAnswer(ctx: Context, id: string): Promise<ApprovalAnswer> {
  const approval = await findReadableApproval(ctx, id);
  if (!approval) throw notFound('approval', id);
  if (approval.kind === 'policy' && approval.resolution === 'expired') await expireOverdue(ctx, id);
  const [grant, comment] = await Promise.all([findGrantOf(ctx, id), findLastComment(ctx, id)]);
  return { ...approval, grant: grant && grant.uses_left > 0 ? grant : null, comment };
}

/** Decides about an approval as it was seen; see `updateApproval`. Throws `approval.args_mismatch` besides. */
export const vote = (
  ctx: Context,
  id: string,
  { decision, args_hash, allow_like, ...said }: ApprovalVote,
): Promise<ApprovalRead> =>
  updateApproval(ctx, { id }, { ...said, status: decision, argsHash: args_hash, allowsLike: allow_like });

/** The process that asked does not wait any more. Throws `approval.not_found`. */
export const cancel = (ctx: Context, id: string): Promise<ApprovalRead> =>
  inTransaction(ctx, async (tx) => {
    const approval = await lockApproval(tx, id);
    if (!approval || !(await isOwnQuestion(tx, id))) throw notFound('approval', id);
    if (approval.status !== 'pending') return getApproval(tx, { id });
    await saveStatus(tx, id, 'rejected', 'withdrawn');
    const comment = 'The call does not wait any more.';
    const more = { decision: 'rejected', comment, board_group_id: null, delegated_by_user_id: null } as const;
    return publishApproval(tx, approvalResolved, id, more);
  });
