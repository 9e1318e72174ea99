import { z } from 'zod';
import type { AgentCaller, Platform, UserCaller } from '#server/platform/context.ts';
import type { Principal } from '#server/platform/principal.ts';
import { forbidden, notFound, Problem } from '#server/platform/problem.ts';
import {
  type Access,
  agentGrantOf,
  boardLevelOf,
  canProcess,
  canServiceKey,
  canTokenWrite,
  canUser,
  isAccess,
  isInScope,
  roleOfToken,
  type TokenScope,
} from './access.rules.ts';
import type { AgentOfToken, ProcessToken } from './agent-tokens/agent-tokens.store.ts';
import { assertBoardLevel } from './board-access/board-access.service.ts';
import { findBoardOfUser, findBoardPlace } from './board-access/board-access.store.ts';
import type { ServiceKey } from './service-keys/service-keys.schema.ts';
import type { Membership } from './users/users.store.ts';

/** What a personal access token allows of its owner's rights, and where; undefined for a person who signed in. */
export interface TokenLimits {
  scopes: TokenScope[];
  /** Whether the request changes nothing. */
  isSafe: boolean;
}

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

/** A person, with the rights of their role in the active organization, or in the one that their token belongs to. */
export function ofUser(platform: Platform, member: Membership, limits?: TokenLimits): Principal {
  const { user_id, org_id } = member;
  const caller = toUserCaller(member, limits);
  const denyRole = ({ role }: UserCaller) =>
    denyUnless(
      (access) => canUser(role, access) && (!limits || limits.isSafe || canTokenWrite(limits.scopes)),
      () => forbidden(`Your role (${role}) or the scope of your token may not do this; ask an admin.`),
    );
  return {
    actor: { kind: 'user', id: user_id },
    orgId: org_id,
    caller,
    deny: denyRole(caller),
    async enter(access, boardId) {
      assertUuid(boardId);
      const board = await findBoardOfUser(platform.db, boardId, user_id);
      if (!board?.member || (limits && board.org_id !== org_id)) throw notFound('board', boardId);
      const there = toUserCaller(board.member, limits);
      const level = isAccess(access) ? boardLevelOf(access) : undefined;
      const problem = level ? denyRole(there)(access) : forbidden('This is for agents.');
      // The board comes first: a member without access learns nothing of roles.
      if (level) assertBoardLevel(board, there.role, level);
      if (problem) throw problem;
      return { orgId: board.org_id, caller: there };
    },
  };
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
  const deny = denyUnless(
    (access) => {
      const grant = agentGrantOf(access);
      return grant !== undefined && (grant !== 'main' || caller.agentKind === 'main');
    },
    (access) =>
      agentGrantOf(access) === 'main'
        ? new Problem('agent.main_required', 403, 'Only the main agent of a gateway may do this.')
        : forbidden('Agents may not do this.'),
  );
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
      if (!isInScope(caller, board)) throw new Problem('agent.board_forbidden', 403, 'This board is not one of yours.');
      if (isAccess(access) && agentGrantOf(access) === 'lead' && caller.agentKind !== 'lead')
        throw new Problem('agent.lead_required', 403, 'Only the lead of this board may do this.');
      return { orgId: agent.org_id, caller };
    },
  };
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

const denyUnless =
  (may: (access: Access) => boolean, problem: (access: Access) => Problem): Principal['deny'] =>
  (access) => {
    // A route with an access that the table does not know is open to nobody.
    if (!isAccess(access)) return forbidden('This operation is not open to anybody.');
    return may(access) ? undefined : problem(access);
  };
