import { hashToken, newId, newToken } from '#server/platform/ids.ts';
import type { TestApp } from './app.ts';

/** The shortest valid rows, for what a test needs but is not about. */

export async function makeOrganization({ platform }: TestApp, name = 'Elsewhere'): Promise<string> {
  const id = newId();
  await platform.db.insertInto('organizations').values({ id, name }).execute();
  return id;
}

export async function makeAgent({ platform }: TestApp, orgId: string, slug = 'stranger'): Promise<string> {
  const id = newId();
  await platform.db
    .insertInto('agents')
    .values({ id, org_id: orgId, slug, name: slug, origin: 'sdk', agent_type: slug })
    .execute();
  return id;
}

/** A service key of the owner's organization. */
export async function makeServiceKey(app: TestApp, body: Record<string, unknown> = {}): Promise<string> {
  const answer = await app.router.inject({
    method: 'POST',
    url: '/api/v1/service-keys',
    headers: app.owner.headers,
    payload: { name: 'test', scopes: ['enroll'], ...body },
  });
  return answer.json().key;
}

export interface EnrolledProcess {
  producer: string;
  agentId: string;
  versionId: string;
  /** Base64: signs what it is sent. */
  commandKey: string;
  /** For `router.inject`. */
  headers: { authorization: string };
}

/** A process with one agent that declares one tool. */
export async function makeProcess(
  app: TestApp,
  slug = 'worker',
  manifest: unknown = { tools: [{ name: 'docs/read' }] },
) {
  const producer = newId();
  const answer = await app.router.inject({
    method: 'POST',
    url: '/api/v1/agents/enroll',
    headers: { authorization: `Bearer ${await makeServiceKey(app)}` },
    payload: { producer, agents: [{ slug, manifest }] },
  });
  const { token, command_key, agents } = answer.json();
  const process: EnrolledProcess = {
    producer,
    agentId: agents[0].agent_id,
    versionId: agents[0].version_id,
    commandKey: command_key,
    headers: { authorization: `Bearer ${token}` },
  };
  return process;
}

/** A recorded violation of an agent. */
export async function makeViolation({ platform }: TestApp, orgId: string, agentId: string, at = platform.now()) {
  const id = newId(at);
  await platform.db
    .insertInto('violations')
    .values({
      id,
      org_id: orgId,
      agent_id: agentId,
      tool: 'mail/send',
      code: 'capability.tool_undeclared',
      mode: 'enforce',
      verdict: 'block',
      enforcement: 'blocked',
      explanation: 'worker has not declared the tool "mail/send" in its manifest.',
      ts: at,
    })
    .execute();
  return id;
}

export interface MadeMember {
  userId: string;
  memberId: string;
  /** For `router.inject`. */
  headers: { authorization: string };
}

/** What a member of a test may, besides its role. */
export interface MemberRights {
  role?: 'owner' | 'admin' | 'member';
  all_boards_read?: boolean;
  all_boards_write?: boolean;
  /** Board id → what it may there. */
  boards?: Record<string, 'read' | 'write'>;
  name?: string;
}

/** A person with a membership and a personal access token of scope admin. */
export async function makeMember(
  { platform: { db } }: TestApp,
  orgId: string,
  { role = 'member', boards = {}, name = 'Pat Example', ...flags }: MemberRights = {},
): Promise<MadeMember> {
  const userId = newId();
  const memberId = newId();
  const token = newToken('mcp_');
  const email = `${userId}@example.com`;
  await db
    .insertInto('users')
    .values({
      id: userId,
      clerk_user_id: `test|${userId}`,
      email,
      email_verified: true,
      name,
      active_organization_id: orgId,
    })
    .execute();
  await db
    .insertInto('organization_members')
    .values({ id: memberId, org_id: orgId, user_id: userId, role, ...flags })
    .execute();
  for (const [board_id, level] of Object.entries(boards))
    await db
      .insertInto('organization_board_access')
      .values({ id: newId(), org_id: orgId, organization_member_id: memberId, board_id, can_write: level === 'write' })
      .execute();
  await db
    .insertInto('access_tokens')
    .values({
      id: newId(),
      org_id: orgId,
      user_id: userId,
      name: 'test',
      scopes: ['admin'],
      prefix: 'mcp_',
      token_hash: hashToken(token),
    })
    .execute();
  return { userId, memberId, headers: { authorization: `Bearer ${token}` } };
}

/** A gateway with its main agent, as rows only: nothing connects. */
export async function makeGateway(app: TestApp, orgId: string, name = `gateway ${newId()}`) {
  const id = newId();
  await app.platform.db
    .insertInto('gateways')
    .values({ id, org_id: orgId, name, url: 'ws://127.0.0.1:1', workspace_root: '~/.openclaw' })
    .execute();
  const main = await makeGatewayAgent(app, orgId, { kind: 'main', gatewayId: id, name: `${name} Gateway Agent` });
  return { gatewayId: id, main };
}

/** A gateway with its main agent, as rows, whose address leads to a gateway that answers; it counts as connected. */
export async function makeReachableGateway(app: TestApp, orgId: string, at: { url: string; token: string }) {
  const made = await makeGateway(app, orgId);
  const token_enc = app.platform.secrets.encrypt(at.token, `gateways.token_enc:${made.gatewayId}`);
  await app.platform.db
    .updateTable('gateways')
    .set({ url: `${at.url}/`, token_enc, status: 'connected' })
    .where('id', '=', made.gatewayId)
    .execute();
  return made;
}

export interface MadeAgent {
  agentId: string;
  /** For `router.inject`. */
  headers: { 'x-agent-token': string };
}

export interface GatewayAgentPlace {
  kind: 'main' | 'lead' | 'worker';
  gatewayId: string;
  boardId?: string;
  name?: string;
}

/** An agent on a gateway, with a session and a token. */
export async function makeGatewayAgent(
  { platform: { db } }: TestApp,
  orgId: string,
  { kind, gatewayId, boardId, name }: GatewayAgentPlace,
): Promise<MadeAgent> {
  const id = newId();
  const slug = { main: `mc-gateway-${gatewayId}`, lead: `lead-${boardId}`, worker: `mc-${id}` }[kind];
  const token = newToken('mca_');
  await db
    .insertInto('agents')
    .values({
      id,
      org_id: orgId,
      slug,
      name: name ?? `${kind} ${id.slice(-6)}`,
      origin: 'openclaw',
      kind,
      agent_type: 'openclaw',
      gateway_id: gatewayId,
      board_id: boardId ?? null,
      gateway_agent_id: slug,
      openclaw_session_id: `agent:${slug}:main`,
    })
    .execute();
  await db
    .insertInto('agent_tokens')
    .values({ id: newId(), org_id: orgId, agent_id: id, hash: hashToken(token), slot: 'A' })
    .execute();
  return { agentId: id, headers: { 'x-agent-token': token } };
}

export interface BoardRow {
  name?: string;
  gatewayId?: string | null;
  groupId?: string | null;
  rules?: Partial<
    Record<
      | 'require_approval_for_done'
      | 'require_review_before_done'
      | 'comment_required_for_review'
      | 'block_status_changes_with_pending_approval'
      | 'only_lead_can_change_status',
      boolean
    >
  >;
}

/** A board; without rules but those given. */
export async function makeBoard(
  { platform: { db } }: TestApp,
  orgId: string,
  { name = 'Board', gatewayId = null, groupId = null, rules = {} }: BoardRow = {},
): Promise<string> {
  const id = newId();
  await db
    .insertInto('boards')
    .values({
      id,
      org_id: orgId,
      name,
      slug: `board-${id}`,
      description: 'For tests.',
      board_type: 'general',
      gateway_id: gatewayId,
      board_group_id: groupId,
      require_approval_for_done: false,
      ...rules,
    })
    .execute();
  return id;
}

export async function makeBoardGroup({ platform: { db } }: TestApp, orgId: string, name = 'Group'): Promise<string> {
  const id = newId();
  await db
    .insertInto('board_groups')
    .values({ id, org_id: orgId, name, slug: `group-${id}` })
    .execute();
  return id;
}

/** A task, without history. */
export async function makeTask(
  { platform: { db } }: TestApp,
  orgId: string,
  boardId: string,
  task: { title?: string; status?: string; assignedAgentId?: string } = {},
): Promise<string> {
  const id = newId();
  const { title = 'Task', status = 'inbox', assignedAgentId = null } = task;
  await db
    .insertInto('tasks')
    .values({ id, org_id: orgId, board_id: boardId, title, status, assigned_agent_id: assignedAgentId, position: id })
    .execute();
  return id;
}

/** The messages that wait for agents, oldest first. */
export async function listMessages({ platform: { db } }: TestApp, orgId: string) {
  const rows = await db
    .selectFrom('work_jobs')
    .select(['payload', 'waits_for', 'queue'])
    .where('org_id', '=', orgId)
    .where('kind', '=', 'gateway.send')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(({ payload, waits_for, queue }) => ({
    ...(payload as { agent_id: string; kind: string; data: Record<string, unknown>; deliver: boolean }),
    waits_for,
    queue,
  }));
}

/** An onboarding of a board, as rows only: nothing was sent. */
export async function makeOnboarding(
  { platform: { db } }: TestApp,
  orgId: string,
  boardId: string,
  session: { status?: string; messages?: object[]; dispatchState?: string; updatedAt?: Date; draft?: object } = {},
): Promise<string> {
  const id = newId();
  const { status = 'active', messages = [], dispatchState = 'idle', updatedAt = new Date(), draft } = session;
  await db
    .insertInto('board_onboarding_sessions')
    .values({
      id,
      org_id: orgId,
      board_id: boardId,
      session_key: 'agent:main:main',
      status,
      messages: JSON.stringify(messages),
      dispatch_state: dispatchState,
      draft_goal: draft ? JSON.stringify(draft) : null,
      updated_at: updatedAt,
    })
    .execute();
  return id;
}
