import { z } from 'zod';
import type { AgentCaller, Platform, UserCaller } from '#server/platform/context.ts';
import type { Principal } from '#server/platform/principal.ts';
import { forbidden, notFound, Problem, unauthorized } from '#server/platform/problem.ts';
import {
  type Access,
  agentGrantOf,
  boardLevelOf,
  canProcess,
  canServiceKey,
  canToken,
  canUser,
  elsewhereCodeOf,
  isAccess,
  isInScope,
  roleFor,
  roleOfToken,
  type TokenLimits,
} from './access.rules.ts';
import type { AgentOfToken, ProcessToken } from './agent-tokens/agent-tokens.store.ts';
import { assertBoardLevel } from './board-access/board-access.service.ts';
import { type BoardOfUser, findBoardOfUser, findBoardPlace } from './board-access/board-access.store.ts';
import type { ServiceKey } from './service-keys/service-keys.schema.ts';
import type { Membership } from './users/users.store.ts';

const toUserCaller = (
  member: Pick<Membership, 'id' | 'role' | 'all_boards_read' | 'all_boards_write'>,
  limits: TokenLimits | undefined,
): UserCaller => ({
  kind: 'user',
  memberId: member.id,
  role: limits ? roleOfToken(member.role, limits.scopes) : member.role,
  allBoardsRead: member.all_boards_read,
  allBoardsWrite: member.all_boards_write,
});

/** Why a person of that role may not. Operations of agents take no credential of a person at all, hence 401. */
function denyPerson(access: Access, role: UserCaller['role']): Problem {
  const needed = roleFor(access);
  if (needed === undefined && agentGrantOf(access) !== undefined)
    return unauthorized('This operation is for agents: send an agent token.');
  if (needed === undefined && canProcess(access))
    return forbidden('This operation is for processes of agents: send the token that the enrolment gave.');
  if (needed === 'owner' && role !== 'owner')
    return new Problem('organization.owner_required', 403, 'Only an owner of the organization may do this.');
  return forbidden(`Your role (${role}) or the scope of your token may not do this; ask an admin.`);
}

/** How a person came in with a personal access token: what it allows, and the board of the path, which came with it. */
interface ByToken {
  limits: TokenLimits;
  board: BoardOfUser | null | undefined;
}

/** A person, with the rights of their role in the active organization, or in the one that their token belongs to. */
export function ofUser(
  platform: Platform,
  member: Membership,
  { limits, board: known }: Partial<ByToken> = {},
): Principal {
  const { user_id, org_id } = member;
  const caller = toUserCaller(member, limits);
  const denyRole = ({ role }: UserCaller) =>
    denyUnless(
      (access) => canUser(role, access) && (!limits || canToken(limits, access)),
      (access) => denyPerson(access, role),
    );
  return {
    actor: { kind: 'user', id: user_id },
    orgId: org_id,
    caller,
    deny: denyRole(caller),
    async enter(access, boardId) {
      assertUuid(boardId);
      const board = known === undefined ? await findBoardOfUser(platform.db, boardId, user_id) : known;
      if (!board?.member || (limits && board.org_id !== org_id)) throw notFound('board', boardId);
      const there = toUserCaller(board.member, limits);
      if (!isAccess(access)) throw notOpen();
      const level = boardLevelOf(access);
      // The board comes first: a member without access learns nothing of roles.
      if (level) assertBoardLevel(board, there.role, level);
      const problem = level ? denyRole(there)(access) : denyPerson(access, there.role);
      if (problem) throw problem;
      return { orgId: board.org_id, caller: there };
    },
  };
}

function denyAgent(access: Access): Problem {
  if (agentGrantOf(access) === 'main')
    return new Problem('agent.main_required', 403, 'Only the main agent of a gateway may do this.');
  // What is about oneself takes no credential of an agent at all.
  return access.startsWith('self:')
    ? unauthorized('This is for people: sign in.')
    : forbidden('Agents may not do this.');
}

/** An agent with a token of its own, or the one that its process names. */
export function ofAgent(platform: Platform, agent: AgentOfToken): Principal {
  const caller: AgentCaller = {
    kind: 'agent',
    agentKind: agent.kind,
    name: agent.name,
    boardId: agent.board_id,
    gatewayId: agent.gateway_id,
  };
  const deny = denyUnless((access) => {
    const grant = agentGrantOf(access);
    return grant !== undefined && (grant !== 'main' || caller.agentKind === 'main');
  }, denyAgent);
  return {
    actor: { kind: 'agent', id: agent.id },
    orgId: agent.org_id,
    caller,
    deny,
    async enter(access, boardId) {
      assertUuid(boardId);
      const problem = deny(access);
      if (problem) throw problem;
      const board = await findBoardPlace(platform.db, agent.org_id, boardId);
      if (!board) throw notFound('board', boardId);
      if (!isInScope(caller, board)) throw notTheirs(access);
      if (isAccess(access) && agentGrantOf(access) === 'lead' && caller.agentKind !== 'lead')
        throw new Problem('agent.lead_required', 403, 'Only the lead of this board may do this.');
      return { orgId: agent.org_id, caller };
    },
  };
}

/** Older codes stand in the detail, too. */
function notTheirs(access: string): Problem {
  const code = isAccess(access) ? elsewhereCodeOf(access) : 'agent.board_forbidden';
  const message = 'This board is not one of yours.';
  return new Problem(code, 403, message, code.includes('.') ? {} : { body: { message, code } });
}

export const ofServiceKey = ({ id, organization_id, scopes }: ServiceKey): Principal => ({
  actor: { kind: 'service_key', id },
  orgId: organization_id,
  caller: { kind: 'service_key' },
  deny: denyUnless(
    (access) => canServiceKey(scopes, access),
    (access) =>
      new Problem('service_key.scope', 403, `This key has the scopes ${scopes.join(', ')}; ${access} needs another.`),
  ),
  enter: refuseBoards,
});

export const ofProcess = ({ producer_id, org_id }: ProcessToken): Principal => ({
  actor: { kind: 'process', id: producer_id },
  orgId: org_id,
  caller: { kind: 'process' },
  deny: denyUnless(canProcess, () =>
    forbidden('A process may only report and read its own bundles; name the agent it acts for in MC-Agent.'),
  ),
  enter: refuseBoards,
});

async function refuseBoards(): Promise<never> {
  throw forbidden('Boards are for people and agents.');
}

function assertUuid(id: string): void {
  if (z.uuid().safeParse(id).success) return;
  const issue = { loc: ['path', 'board_id'], msg: 'board_id is not a UUID.', type: 'uuid' };
  throw new Problem('request.invalid', 422, issue.msg, { body: [issue] });
}

/** A route with an access that the table does not know is open to nobody. */
const notOpen = () => forbidden('This operation is not open to anybody.');

const denyUnless =
  (may: (access: Access) => boolean, problem: (access: Access) => Problem): Principal['deny'] =>
  (access) => {
    if (!isAccess(access)) return notOpen();
    return may(access) ? undefined : problem(access);
  };
