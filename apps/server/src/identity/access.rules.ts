import type { AgentCaller, Role } from '#server/platform/context.ts';

const ROLES: readonly Role[] = ['member', 'admin', 'owner'];

/** What a person needs on the board that a path names; `admin` is write access and the role admin. */
export type BoardLevel = 'read' | 'write' | 'admin';

interface Grant {
  /** The weakest role that may. */
  user?: Role;
  /** What a person needs besides on the board of the path. */
  board?: BoardLevel;
  /** Which agents may: any; with the board of the path in their scope; its lead; the main agent of a gateway. */
  agent?: 'any' | 'board' | 'lead' | 'main';
  /** The scope that a service key needs. */
  serviceKey?: 'enroll' | 'otlp' | 'metrics' | 'read';
  /** What an agent is told when the board of the path is not one of its own; `agent.board_forbidden` unless given. */
  elsewhere?: 'task_board_mismatch';
  /** Whether a reporting process may. */
  process?: true;
  /** Whether a personal access token needs the scope `admin` for it: what else would outlive or widen the token. */
  wholeToken?: true;
}

/**
 * Who may do what: a permission and the callers that have it. `public` routes need no credential.
 * The board grants are the caller codes of the work contract: BR `boards:read`, BW `boards:write`, BA `boards:admin`,
 * AR `board-work:read`, AW `board-work:write`, OM `organization:read`, OA `organization:manage`, OWNER
 * `organization:own`, USER `self:read` and `self:write`, AG `agent-api`, AGB `agent-api:board`, LEAD `agent-api:lead`,
 * MAIN `agent-api:main`.
 */
export const ACCESS = {
  public: {},
  'self:read': { user: 'member' },
  'self:write': { user: 'member' },
  /** One's account and what signs in to it. */
  'account:manage': { user: 'member', wholeToken: true },
  'organization:read': { user: 'member' },
  'organization:manage': { user: 'admin' },
  'organization:own': { user: 'owner' },
  /** A person of the organization, or one of its agents; the service says who of them. */
  'member-or-agent': { user: 'member', agent: 'any' },
  /** An admin, or an agent; the service says which and for what. */
  'admin-or-agent': { user: 'admin', agent: 'any' },
  'boards:read': { user: 'member', board: 'read' },
  'boards:write': { user: 'member', board: 'write' },
  'boards:admin': { user: 'member', board: 'admin' },
  'board-work:read': { user: 'member', board: 'read', agent: 'board' },
  'board-work:write': { user: 'member', board: 'write', agent: 'board' },
  /** As `board-work:write`; existing agents know another code for a board that is not theirs. */
  'tasks:change': { user: 'member', board: 'write', agent: 'board', elsewhere: 'task_board_mismatch' },
  /** People with write access, or the board's lead. */
  'board-work:lead': { user: 'member', board: 'write', agent: 'lead' },
  'agent-api': { agent: 'any' },
  'agent-api:board': { agent: 'board' },
  'agent-api:lead': { agent: 'lead' },
  'agent-api:main': { agent: 'main' },
  /** Sessions on gateways: admins, and who may read or write the board of the session's agent; the service says. */
  'sessions:read': { user: 'member' },
  'sessions:write': { user: 'member' },
  'agents:read': { user: 'admin', serviceKey: 'read' },
  /** Admins see every agent, members those of boards they may read; the list decides. */
  'agents:list': { user: 'member', serviceKey: 'read' },
  'agents:write': { user: 'admin' },
  'agent:control': { user: 'admin' },
  'agents:enroll': { serviceKey: 'enroll' },
  'bundles:read': { process: true },
  /** A process asks people about its own calls, waits, and uses what they gave. */
  'approvals:ask': { process: true },
  /** People see what they may read or are asked, a process what it asked. */
  'approvals:read': { user: 'member', process: true },
  'commands:read': { process: true },
  'leases:use': { process: true },
  /** Ends or frees what agents do, at once. */
  kill: { user: 'admin' },
  'telemetry:write': { process: true },
  /** OpenTelemetry exporters: a key made for them, or the process itself. */
  'otlp:write': { serviceKey: 'otlp', process: true },
  'telemetry:read': { user: 'admin', serviceKey: 'read' },
  'telemetry:settings': { user: 'admin' },
  'payload:read': { user: 'admin' },
  'telemetry:erase': { user: 'admin' },
  'policies:read': { user: 'member', serviceKey: 'read' },
  'policies:write': { user: 'admin' },
  /** Admins, and who may write on all boards that the policy is for; the service says. */
  'policies:except': { user: 'member' },
  'violations:read': { user: 'admin', serviceKey: 'read' },
  'violations:write': { user: 'admin' },
  'anomalies:read': { user: 'admin', serviceKey: 'read' },
  'anomalies:write': { user: 'admin' },
  'breakers:read': { user: 'admin', serviceKey: 'read' },
  'breakers:write': { user: 'admin' },
  'service-keys:manage': { user: 'admin' },
  /** Which topics are open to whom, the stream itself decides. */
  'stream:read': { user: 'member', serviceKey: 'read' },
} as const satisfies Record<string, Grant>;

export type Access = keyof typeof ACCESS;

export const isAccess = (name: string): name is Access => Object.hasOwn(ACCESS, name);

const grantOf = (access: Access): Grant => ACCESS[access];

/** Whether `role` is `needed` or stronger. */
export const hasRole = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** The weakest role that may; undefined when people may not at all. */
export const roleFor = (access: Access): Role | undefined => grantOf(access).user;

/** Whether a person of that role may. */
export function canUser(role: Role, access: Access): boolean {
  const needed = roleFor(access);
  return needed !== undefined && hasRole(role, needed);
}

/** What a person needs on the board of the path. */
export const boardLevelOf = (access: Access): BoardLevel | undefined => grantOf(access).board;

/** Whether agents may at all, and which. */
export const agentGrantOf = (access: Access): Grant['agent'] => grantOf(access).agent;

/** The code for agents whose board the path does not name. */
export const elsewhereCodeOf = (access: Access): string =>
  grantOf(access).elsewhere ?? (grantOf(access).agent === 'lead' ? 'agent.lead_required' : 'agent.board_forbidden');

/** A board, as far as access needs it. */
export interface BoardPlace {
  id: string;
  gateway_id: string | null;
}

/** Whether a board of its own organization is in an agent's scope: its own, or for a main agent those of its gateway. */
export const isInScope = (agent: AgentCaller, board: BoardPlace): boolean =>
  agent.agentKind === 'main'
    ? agent.gatewayId !== null && agent.gatewayId === board.gateway_id
    : agent.boardId === board.id;

/** Whether a service key with these scopes may. */
export function canServiceKey(scopes: readonly string[], access: Access): boolean {
  const needed = grantOf(access).serviceKey;
  return needed !== undefined && scopes.includes(needed);
}

/** Whether a reporting process may. */
export const canProcess = (access: Access): boolean => grantOf(access).process === true;

/** What a personal access token leaves of its owner's rights: `read` GET only, `write` what a member may, `admin` all. */
export type TokenScope = 'read' | 'write' | 'admin';

/** The role that a token acts with: a `write` token is a member's whoever made it. */
export const roleOfToken = (role: Role, scopes: readonly TokenScope[]): Role =>
  scopes.includes('admin') ? role : 'member';

/** What a personal access token allows of its owner's rights. */
export interface TokenLimits {
  scopes: readonly TokenScope[];
  /** Whether the request changes nothing. */
  isSafe: boolean;
}

/** Whether a token may be used for it, whatever its owner may. */
export function canToken({ scopes, isSafe }: TokenLimits, access: Access): boolean {
  if (scopes.includes('admin')) return true;
  return grantOf(access).wholeToken !== true && (isSafe || scopes.includes('write'));
}
