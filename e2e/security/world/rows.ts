import { randomBytes } from 'node:crypto';
import { newId } from '../../../apps/server/src/platform/ids.ts';
import type { TestApp } from '../../../apps/server/test/app.ts';
import {
  type MadeAgent,
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeTask,
  makeViolation,
} from '../../../apps/server/test/make.ts';

/** Ids of rows, by what addresses call them: a path parameter, or `<list>/id` where the parameter is only `id`. */
export type Ids = Record<string, string>;

/** Rows that belong to an organization as a whole. */
export interface OrganizationRows {
  ids: Ids;
  main: MadeAgent;
}

/** Rows of one board. */
export interface BoardRows {
  ids: Ids;
  lead: MadeAgent;
  worker: MadeAgent;
}

const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000);

/** One row of every kind that stands in no board. `mark` is in every text. */
export async function makeOrganizationRows(app: TestApp, orgId: string, mark: string): Promise<OrganizationRows> {
  const { db } = app.platform;
  const { gatewayId, main } = await makeGateway(app, orgId, `gateway ${mark}`);
  const member = await makeMember(app, orgId, { name: `member ${mark}` });
  const ids: Ids = {
    gateway_id: gatewayId,
    member_id: member.memberId,
    user_id: member.userId,
    group_id: await makeBoardGroup(app, orgId, `group ${mark}`),
    group_memory_id: newId(),
    tag_id: newId(),
    task_custom_field_definition_id: newId(),
    invite_id: newId(),
    pack_id: newId(),
    skill_id: newId(),
    job_id: newId(),
    'outbound-webhooks/id': newId(),
    'deploy-targets/id': newId(),
    'service-keys/id': newId(),
    'tokens/id': newId(),
    delegation_id: newId(),
    policy_id: newId(),
    exception_id: newId(),
    backtest_id: newId(),
    kill_id: newId(),
  };
  const row = (id: string) => ({ id: ids[id] as string, org_id: orgId });
  await db
    .insertInto('board_group_memory')
    .values({ ...row('group_memory_id'), board_group_id: ids.group_id as string, content: `group memory ${mark}` })
    .execute();
  await db
    .insertInto('tags')
    .values({ ...row('tag_id'), name: `tag ${mark}`, slug: `tag-${mark}` })
    .execute();
  await db
    .insertInto('task_custom_field_definitions')
    .values({ ...row('task_custom_field_definition_id'), field_key: `field_${mark}`, label: `field ${mark}` })
    .execute();
  await db
    .insertInto('organization_invites')
    .values({
      ...row('invite_id'),
      invited_email: `${mark}@example.com`,
      token_hash: randomBytes(32),
      expires_at: IN_AN_HOUR(),
    })
    .execute();
  await db
    .insertInto('skill_packs')
    .values({ ...row('pack_id'), name: `pack ${mark}`, source_url: `https://github.com/${mark}/skills` })
    .execute();
  await db
    .insertInto('marketplace_skills')
    .values({ ...row('skill_id'), name: `skill ${mark}`, source_url: `https://example.com/${mark}` })
    .execute();
  await db
    .insertInto('work_jobs')
    .values({ ...row('job_id'), kind: 'nothing.here', state: 'dead', payload: JSON.stringify({ mark }) })
    .execute();
  await db
    .insertInto('outbound_webhooks')
    .values({
      ...row('outbound-webhooks/id'),
      name: `outbound ${mark}`,
      url: 'https://example.com',
      event_types: ['*'],
      secret_enc: randomBytes(60),
      enabled: false,
    })
    .execute();
  await db
    .insertInto('deploy_targets')
    .values({
      ...row('deploy-targets/id'),
      name: `target ${mark}`,
      kind: 'webhook',
      config: JSON.stringify({ url: 'https://example.com' }),
      secret_enc: randomBytes(60),
    })
    .execute();
  await db
    .insertInto('service_keys')
    .values({
      ...row('service-keys/id'),
      name: `key ${mark}`,
      prefix: 'mcs_',
      token_hash: randomBytes(32),
      scopes: ['read'],
    })
    .execute();
  await db
    .insertInto('access_tokens')
    .values({
      ...row('tokens/id'),
      user_id: member.userId,
      name: `token ${mark}`,
      scopes: ['read'],
      prefix: 'mcp_',
      token_hash: randomBytes(32),
    })
    .execute();
  await db
    .insertInto('kills')
    .values({
      ...row('kill_id'),
      // Of an agent that is gone: it stops nobody.
      ...{ scope_kind: 'agent', scope_id: newId(), scope_name: `agent ${mark}` },
      ...{
        abort: false,
        reason: `kill ${mark}`,
        set_by: JSON.stringify({ kind: 'user', id: member.userId }),
        set_at: new Date(),
      },
    })
    .execute();
  const lender = await makeMember(app, orgId, { name: `lender ${mark}` });
  await db
    .insertInto('approval_delegations')
    .values({
      ...row('delegation_id'),
      from_user_id: lender.userId,
      to_user_id: member.userId,
      from_at: new Date(),
      until: IN_AN_HOUR(),
    })
    .execute();
  await makePolicyRows(app, orgId, { ids, agentId: main.agentId, mark });
  return { ids, main };
}

/** A policy for everybody that denies a tool. */
export const toPolicyText = (name: string) =>
  `version: 1\nname: ${name}\nscope: { org: true }\nrules:\n  - { id: never, tools: { deny: [shell/run] } }\n`;

/** A policy with its first version, an exception of one agent, and a back-test that nobody runs. */
async function makePolicyRows(
  { platform: { db } }: TestApp,
  orgId: string,
  { ids, agentId, mark }: { ids: Ids; agentId: string; mark: string },
): Promise<void> {
  const policy_id = ids.policy_id as string;
  const by = JSON.stringify({ kind: 'system', id: mark });
  await db.insertInto('policies').values({ id: policy_id, org_id: orgId, name: mark, created_by: by }).execute();
  await db
    .insertInto('policy_versions')
    .values({
      ...{ org_id: orgId, policy_id, version: 1, hash: '0'.repeat(64), source: toPolicyText(mark) },
      author: by,
    })
    .execute();
  await db
    .insertInto('policy_exceptions')
    .values({
      ...{ id: ids.exception_id as string, org_id: orgId, policy_id, rule: 'never', agent_id: agentId },
      ...{ reason: `exception ${mark}`, approved_by: by, until: IN_AN_HOUR() },
    })
    .execute();
  await db
    .insertInto('backtests')
    .values({
      ...{ id: ids.backtest_id as string, org_id: orgId, policy_id, policy_version: 1, policy_name: mark },
      ...{ source: toPolicyText(mark), from_at: new Date(0), to_at: new Date(1), state: 'running', created_by: by },
    })
    .execute();
}

/** A board of the group and gateway with a lead, a worker and one row of every kind that hangs from a board. */
export async function makeBoardRows(app: TestApp, orgId: string, of: Ids, mark: string): Promise<BoardRows> {
  const { db } = app.platform;
  const gatewayId = of.gateway_id as string;
  const board_id = await makeBoard(app, orgId, { name: `board ${mark}`, gatewayId, groupId: of.group_id ?? null });
  const lead = await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId, boardId: board_id, name: `lead ${mark}` });
  const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: board_id, name: mark });
  const ids: Ids = {
    board_id,
    agent_id: worker.agentId,
    session_id: `agent:mc-${worker.agentId}:main`,
    task_id: await makeTask(app, orgId, board_id, { title: `task ${mark}`, assignedAgentId: worker.agentId }),
    comment_id: newId(),
    memory_id: newId(),
    webhook_id: newId(),
    payload_id: newId(),
    delivery_id: newId(),
    approval_id: newId(),
    grant_id: newId(),
    version_id: newId(),
    'runs/id': newId(),
    user_ref: `user ${mark}`,
    'deployments/id': newId(),
    'breakers/id': newId(),
    'anomalies/id': newId(),
    'violations/id': await makeViolation(app, orgId, worker.agentId),
  };
  const row = (id: string) => ({ id: ids[id] as string, org_id: orgId, board_id });
  // Weighed already: what the server does by itself is no caller's change.
  await db.updateTable('violations').set({ risk_score: 0.5, risk_factors: '[]' }).where('org_id', '=', orgId).execute();
  const { task_id = '', webhook_id = '', payload_id = '' } = ids;
  await db
    .insertInto('activity_events')
    .values({
      ...row('comment_id'),
      event_type: 'task.comment',
      message: `comment ${mark}`,
      actor: JSON.stringify({ kind: 'agent', id: worker.agentId }),
      task_id,
    })
    .execute();
  await db
    .insertInto('task_comments')
    .values({ ...row('comment_id'), task_id, message: `comment ${mark}`, agent_id: worker.agentId })
    .execute();
  await db
    .insertInto('board_memory')
    .values({ ...row('memory_id'), content: `memory ${mark}` })
    .execute();
  await db
    .insertInto('board_onboarding_sessions')
    .values({ id: newId(), org_id: orgId, board_id, session_key: `onboarding ${mark}` })
    .execute();
  await db
    .insertInto('board_webhooks')
    .values({ ...row('webhook_id'), description: `webhook ${mark}` })
    .execute();
  await db
    .insertInto('board_webhook_payloads')
    .values({ ...row('payload_id'), webhook_id, payload: JSON.stringify({ mark }) })
    .execute();
  await db
    .insertInto('webhook_deliveries')
    .values({ id: ids.delivery_id as string, org_id: orgId, webhook_id, payload_id, target: `lead ${mark}` })
    .execute();
  await db
    .insertInto('approvals')
    .values({
      ...row('approval_id'),
      requested_by_kind: 'agent',
      agent_id: worker.agentId,
      action_type: `action ${mark}`,
      args_hash: '0'.repeat(64),
      confidence: 50,
      expires_at: IN_AN_HOUR(),
    })
    .execute();
  await db
    .insertInto('grants')
    .values({
      id: ids.grant_id as string,
      org_id: orgId,
      approval_id: ids.approval_id as string,
      agent_id: worker.agentId,
      producer_id: newId(),
      run_id: newId(),
      step_key: 'root',
      args_hash: '0'.repeat(64),
      uses_left: 1,
      expires_at: IN_AN_HOUR(),
      created_at: new Date(),
    })
    .execute();
  await makeFleetRows(app, orgId, ids, mark);
  return { ids, lead, worker };
}

/** What the fleet half holds of the worker. */
async function makeFleetRows({ platform: { db } }: TestApp, orgId: string, ids: Ids, mark: string): Promise<void> {
  const agent_id = ids.agent_id as string;
  await db
    .insertInto('agent_versions')
    .values({
      id: ids.version_id as string,
      org_id: orgId,
      agent_id,
      number: 1,
      content_hash: randomBytes(32),
      manifest: JSON.stringify({ tools: [], data_stores: [], subagents: [] }),
      created_by: JSON.stringify({ kind: 'system', id: mark }),
    })
    .execute();
  await db
    .insertInto('deployments')
    .values({
      id: ids['deployments/id'] as string,
      org_id: orgId,
      agent_id,
      to_version_id: ids.version_id as string,
      kind: 'activate',
      reason: `reason ${mark}`,
      actor: JSON.stringify({ kind: 'system', id: mark }),
      status: 'live',
    })
    .execute();
  await db
    .insertInto('anomalies')
    .values({
      ...{ id: ids['anomalies/id'] as string, org_id: orgId, agent_id, detector: 'loop', metric: 'repeats', scope: '' },
      ...{ severity: 'high', opened_at: new Date(), began_at: new Date(), last_seen_at: new Date(), observed: 3, n: 3 },
      ...{ baseline_level: 'none', explanation: `explanation ${mark}` },
    })
    .execute();
  await db
    .insertInto('breakers')
    .values({
      id: ids['breakers/id'] as string,
      org_id: orgId,
      agent_id,
      key: `${mark}:errors|${agent_id}`,
      rule_key: `${mark}:errors`,
      rule_ref: `${mark}@1:errors`,
      rule: JSON.stringify({
        ...{ kind: 'breaker', watch: 'error_rate', over: 0.15, window_ms: 300_000, min: 20, scope: 'agent' },
        ...{ action: 'pause', open_ms: 120_000, probes: 3 },
      }),
      mode: 'enforce',
      // Held, or it would go with a rule that nobody wrote.
      held_by: JSON.stringify({ kind: 'system', id: mark }),
    })
    .execute();
  const at = new Date();
  await db
    .insertInto('runs')
    .values({
      org_id: orgId,
      day: at.toISOString().slice(0, 10),
      id: ids['runs/id'] as string,
      root_run_id: ids['runs/id'] as string,
      agent_id,
      user_ref: `user ${mark}`,
      name: `run ${mark}`,
      started_at: at,
      last_event_at: at,
    })
    .execute();
}
