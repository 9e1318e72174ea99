import { readFileSync } from 'node:fs';
import type { Operation } from './operations.ts';
import type { Caller } from './world/callers.ts';

type Person = NonNullable<Caller['person']>;
type Agent = NonNullable<Caller['agent']>;
type Who = (caller: Caller) => boolean;

const person =
  (may: (person: Person) => boolean = () => true): Who =>
  (caller) =>
    caller.person !== undefined && may(caller.person);
const agent =
  (may: (agent: Agent) => boolean = () => true): Who =>
  (caller) =>
    caller.agent !== undefined && may(caller.agent);
const program =
  (kind: Caller['program']): Who =>
  (caller) =>
    caller.program === kind;
const either =
  (...ways: Who[]): Who =>
  (caller) =>
    ways.some((may) => may(caller));

const isAdmin = ({ role }: Person) => role !== 'member';
const reads = ({ board }: Person) => board !== 'none';
const writes = ({ board }: Person) => board === 'write';
const inScope = ({ inScope }: Agent) => inScope;
const leads = ({ kind, inScope }: Agent) => inScope && kind === 'lead';
const isMain = ({ kind }: Agent) => kind === 'main';

/** The caller codes of the contract (api.md section 0, and the sentences of single operations), on the home board. */
const WHO = {
  NONE: () => true,
  USER: person(),
  OM: person(),
  OA: person(isAdmin),
  OWNER: person(({ role }) => role === 'owner'),
  BR: person(reads),
  BW: person(writes),
  BA: person((caller) => writes(caller) && isAdmin(caller)),
  AR: either(person(reads), agent(inScope)),
  AW: either(person(writes), agent(inScope)),
  AG: agent(),
  AGB: agent(inScope),
  LEAD: agent(leads),
  MAIN: agent(isMain),
  'lead of any board': agent(({ kind }) => kind === 'lead'),
  'USER or AG': either(person(), agent()),
  'BW user': person(writes),
  'BW user, or agent of the board': either(person(writes), agent(inScope)),
  'BW or LEAD': either(person(writes), agent(leads)),
  'OM + read': person(reads),
  'OM + group read': person(reads),
  'OM + write': person(writes),
  'OA + write': person((caller) => writes(caller) && isAdmin(caller)),
  'OA + BW': person((caller) => writes(caller) && isAdmin(caller)),
  'OA + BR': person((caller) => reads(caller) && isAdmin(caller)),
  "MAIN of the board's gateway": agent(isMain),
  'OA + BW, or LEAD for its own board': either(
    person((caller) => writes(caller) && isAdmin(caller)),
    agent(leads),
  ),
  'OA + group write, or LEAD of a board in it': either(
    person((caller) => writes(caller) && isAdmin(caller)),
    agent(leads),
  ),
  'agent, or OA': either(person(isAdmin), agent()),
  'that agent, or OA with the board in their organization': either(
    person(isAdmin),
    agent(({ kind, inScope }) => kind === 'worker' && inScope),
  ),
  'USER with all rights': person(({ readsOnly }) => !readsOnly),
  'BR or key': either(person(reads), program('key')),
  'lead of the board, or that agent': agent(({ kind, inScope }) => inScope && (kind === 'lead' || kind === 'worker')),
  'OA or key': either(person(isAdmin), program('key')),
  'OM or key': either(person(), program('key')),
  key: program('key'),
  process: program('process'),
} satisfies Record<string, Who>;

type Code = keyof typeof WHO;

/** Operations that the base contract does not have, and those of which it says more than a code. */
const OURS: Record<string, Code> = {
  'GET /api/v1/organizations/me/members/{member_id}': 'OA',
  'GET /api/v1/gateways/status': 'OA + BR',
  'GET /api/v1/gateways/sessions': 'OA + BR',
  'GET /api/v1/gateways/sessions/{session_id}': 'OA + BR',
  'GET /api/v1/gateways/sessions/{session_id}/history': 'BR',
  'GET /api/v1/gateways/sessions/{session_id}/live': 'BR',
  'POST /api/v1/gateways/sessions/{session_id}/message': 'BW',
  'GET /api/v1/gateways/{gateway_id}/agents': 'OA',
  'POST /api/v1/gateways/{gateway_id}/adopt': 'OA',
  'GET /api/v1/agent/boards/{board_id}/agents/{agent_id}/soul': 'lead of the board, or that agent',
  'POST /api/v1/auth/session': 'NONE',
  'DELETE /api/v1/auth/session': 'NONE',
  'GET /api/v1/auth/mode': 'NONE',
  'GET /api/v1/auth/login': 'NONE',
  'GET /api/v1/auth/callback': 'NONE',
  'POST /api/v1/auth/invite-preview': 'NONE',
  'POST /api/v1/auth/accept-invite': 'NONE',
  'GET /api/v1/users/me/tokens': 'USER',
  'POST /api/v1/users/me/tokens': 'USER with all rights',
  'DELETE /api/v1/users/me/tokens/{id}': 'USER with all rights',
  'POST /api/v1/organizations/me/invites/{invite_id}/reissue': 'OA',
  'GET /api/v1/organizations/me/export': 'OWNER',
  'GET /api/v1/organizations/me/exports/{job_id}': 'OWNER',
  'GET /api/v1/audit': 'OA',
  'GET /api/v1/audit/verify': 'OA',
  'GET /api/v1/audit/key': 'OA',
  'GET /api/v1/audit/export': 'OA',
  'POST /api/v1/gateways/check': 'OA',
  'GET /api/v1/gateways/{gateway_id}/bundles': 'key',
  'POST /api/v1/gateways/{gateway_id}/verdicts': 'key',
  'GET /api/v1/skills/facets': 'OA',
  'GET /api/v1/service-keys': 'OA',
  'POST /api/v1/service-keys': 'OA',
  'DELETE /api/v1/service-keys/{id}': 'OA',
  'GET /api/v1/violations': 'OA or key',
  'GET /api/v1/violations/summary': 'OA or key',
  'GET /api/v1/violations/{id}': 'OA or key',
  'GET /api/v1/governance/settings': 'OA or key',
  'PUT /api/v1/governance/settings': 'OA',
  'GET /api/v1/anomalies': 'OA or key',
  'GET /api/v1/anomalies/{id}': 'OA or key',
  'PATCH /api/v1/anomalies/{id}': 'OA',
  'GET /api/v1/anomalies/baselines/{agent_id}': 'OA or key',
  'POST /api/v1/anomalies/baselines/{agent_id}/reset': 'OA',
  'GET /api/v1/breakers': 'OA or key',
  'GET /api/v1/breakers/{id}': 'OA or key',
  'POST /api/v1/breakers/{id}/open': 'OA',
  'POST /api/v1/breakers/{id}/close': 'OA',
  'POST /api/v1/breakers/{id}/release': 'OA',
  'POST /api/v1/breakers/probes': 'process',
  'POST /api/v1/leases/acquire': 'process',
  'GET /api/v1/leases/price': 'process',
  'POST /api/v1/leases/renew': 'process',
  'POST /api/v1/leases/release': 'process',
  'PATCH /api/v1/violations/{id}': 'OA',
  'GET /api/v1/policies': 'OM or key',
  'POST /api/v1/policies': 'OA',
  'GET /api/v1/policies/{policy_id}': 'OM or key',
  'PUT /api/v1/policies/{policy_id}': 'OA',
  'DELETE /api/v1/policies/{policy_id}': 'OA',
  'GET /api/v1/policies/{policy_id}/versions': 'OM or key',
  'GET /api/v1/policies/{policy_id}/versions/diff': 'OM or key',
  'GET /api/v1/policies/{policy_id}/versions/{version}': 'OM or key',
  'GET /api/v1/policies/{policy_id}/activations': 'OM or key',
  'POST /api/v1/policies/{policy_id}/activate': 'OA',
  'POST /api/v1/policies/{policy_id}/rollback': 'OA',
  'POST /api/v1/policies/backtest': 'OA',
  'GET /api/v1/policies/backtests': 'OA or key',
  'GET /api/v1/policies/backtests/{backtest_id}': 'OA or key',
  'POST /api/v1/policies/backtests/{backtest_id}/cancel': 'OA',
  'GET /api/v1/policies/backtests/{backtest_id}/rows': 'OA',
  'GET /api/v1/policies/backtests/{backtest_id}/export': 'OA',
  'GET /api/v1/policies/{policy_id}/shadow': 'OA or key',
  'POST /api/v1/policies/lint': 'OM or key',
  'POST /api/v1/policies/explain': 'OM or key',
  'GET /api/v1/policies/{policy_id}/exceptions': 'OM or key',
  // Of the policy of the home organization, which is for all of it.
  'POST /api/v1/policies/{policy_id}/exceptions': 'OA',
  'DELETE /api/v1/policies/{policy_id}/exceptions/{exception_id}': 'OA',
  'GET /api/v1/approvals': 'OM',
  'POST /api/v1/approvals': 'process',
  'GET /api/v1/approvals/{approval_id}': 'BR',
  'GET /api/v1/approvals/{approval_id}/wait': 'process',
  'POST /api/v1/approvals/{approval_id}/cancel': 'process',
  'POST /api/v1/approvals/{approval_id}/decisions': 'BW',
  'POST /api/v1/grants/{grant_id}/consume': 'process',
  'POST /api/v1/approvals/resolve': 'BW',
  'GET /api/v1/boards/{board_id}/approvals/{approval_id}': 'AR',
  'POST /api/v1/boards/{board_id}/approvals/{approval_id}/consume': 'AW',
  'GET /api/v1/approval-delegations': 'OM',
  'POST /api/v1/approval-delegations': 'OM',
  'DELETE /api/v1/approval-delegations/{delegation_id}': 'OM',
  'GET /api/v1/jobs': 'OA',
  'GET /api/v1/jobs/{job_id}': 'OM',
  'POST /api/v1/jobs/{job_id}/retry': 'OA',
  'DELETE /api/v1/jobs/{job_id}': 'OA',
  'GET /api/v1/tasks': 'OM',
  'GET /api/v1/boards/{board_id}/tasks/{task_id}': 'AR',
  'GET /api/v1/boards/{board_id}/tasks/{task_id}/history': 'AR',
  'POST /api/v1/boards/{board_id}/tasks/bulk': 'BW or LEAD',
  'PATCH /api/v1/boards/{board_id}/tasks/{task_id}/comments/{comment_id}': 'AW',
  'DELETE /api/v1/boards/{board_id}/tasks/{task_id}/comments/{comment_id}': 'AW',
  'POST /api/v1/agent/boards/{board_id}/tasks/claim': 'AGB',
  'POST /api/v1/agent/boards/{board_id}/tasks/{task_id}/lease/renew': 'AGB',
  'POST /api/v1/agent/boards/{board_id}/tasks/{task_id}/lease/release': 'AGB',
  'POST /api/v1/boards/{board_id}/pause': 'BW or LEAD',
  'POST /api/v1/boards/{board_id}/resume': 'BW or LEAD',
  'PATCH /api/v1/boards/{board_id}/memory/{memory_id}': 'AW',
  'DELETE /api/v1/boards/{board_id}/memory/{memory_id}': 'AW',
  'PATCH /api/v1/board-groups/{group_id}/memory/{memory_id}': 'OM + write',
  'DELETE /api/v1/board-groups/{group_id}/memory/{memory_id}': 'OM + write',
  'POST /api/v1/boards/{board_id}/webhooks/{webhook_id}/rotate-secret': 'BW',
  'GET /api/v1/boards/{board_id}/webhooks/{webhook_id}/deliveries': 'BR',
  'POST /api/v1/boards/{board_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/retry': 'BW',
  'GET /api/v1/outbound-webhooks': 'OA',
  'POST /api/v1/outbound-webhooks': 'OA',
  'GET /api/v1/outbound-webhooks/event-types': 'OA',
  'GET /api/v1/outbound-webhooks/{id}': 'OA',
  'PATCH /api/v1/outbound-webhooks/{id}': 'OA',
  'DELETE /api/v1/outbound-webhooks/{id}': 'OA',
  'GET /api/v1/outbound-webhooks/{id}/deliveries': 'OA',
  'POST /api/v1/outbound-webhooks/{id}/deliveries/{delivery_id}/retry': 'OA',
  'POST /api/v1/outbound-webhooks/{id}/redrive': 'OA',
  'POST /api/v1/outbound-webhooks/{id}/test': 'OA',
  'GET /api/v1/stream': 'OM or key',
  'POST /api/v1/agent/agents': 'lead of any board',
  // Agents of the fleet: reading is also for members who read the agent's board (D113) and for service keys.
  'GET /api/v1/agents': 'OA or key',
  'GET /api/v1/agents/{agent_id}': 'BR or key',
  'GET /api/v1/agents/{agent_id}/tool-overrides': 'OA or key',
  'PUT /api/v1/agents/{agent_id}/tool-overrides': 'OA',
  'DELETE /api/v1/agents/{agent_id}/tool-overrides': 'OA',
  'GET /api/v1/agents/{agent_id}/versions': 'OA or key',
  'GET /api/v1/agents/{agent_id}/versions/diff': 'OA or key',
  'GET /api/v1/agents/{agent_id}/versions/{version_id}': 'OA or key',
  'GET /api/v1/agents/{agent_id}/health': 'OA or key',
  'GET /api/v1/agents/{agent_id}/bundle': 'process',
  'POST /api/v1/agents/enroll': 'key',
  'GET /api/v1/commands/stream': 'process',
  'POST /api/v1/commands/poll': 'process',
  'POST /api/v1/kill': 'OA',
  'GET /api/v1/kill': 'OA or key',
  'GET /api/v1/kill/{kill_id}': 'OA or key',
  'DELETE /api/v1/kill/{kill_id}': 'OA',
  'POST /api/v1/agents/{agent_id}/versions': 'OA',
  'POST /api/v1/agents/{agent_id}/versions/{version_id}/activate': 'OA',
  'POST /api/v1/agents/{agent_id}/rollback': 'OA',
  'GET /api/v1/agents/{agent_id}/deployments': 'OA or key',
  'GET /api/v1/agents/{agent_id}/deployments/{id}': 'OA or key',
  'GET /api/v1/agents/{agent_id}/drift': 'OA or key',
  'GET /api/v1/deployments': 'OA or key',
  'GET /api/v1/deployments/{id}': 'OA or key',
  'GET /api/v1/deploy-targets': 'OA',
  'POST /api/v1/deploy-targets': 'OA',
  'GET /api/v1/deploy-targets/{id}': 'OA',
  'PATCH /api/v1/deploy-targets/{id}': 'OA',
  'DELETE /api/v1/deploy-targets/{id}': 'OA',
  'POST /api/v1/deploy-targets/{id}/test': 'OA',
  'POST /api/v1/agents/{agent_id}/pause': 'OA',
  'POST /api/v1/agents/{agent_id}/resume': 'OA',
  'POST /api/v1/agents/{agent_id}/drain': 'OA',
  'POST /api/v1/agents/{agent_id}/retire': 'OA',
  'POST /api/v1/agents/{agent_id}/restore': 'OA',
  'POST /api/v1/agents/{agent_id}/wake': 'OA + BW',
  'POST /api/v1/agents/{agent_id}/session/reset': 'OA + BW',
  'POST /api/v1/agents/{agent_id}/manage': 'OA + BW',
  'POST /api/v1/agents/templates/preview': 'OA',
  'GET /api/v1/agents/{agent_id}/heartbeat/estimate': 'OA + BR',
  'GET /api/v1/board-groups/{group_id}/heartbeat/estimate': 'OA + write',
  'GET /api/v1/agents/{agent_id}/files': 'OA + BR',
  'GET /api/v1/agents/{agent_id}/files/{name}/versions': 'OA + BR',
  'POST /api/v1/agents/{agent_id}/files/{name}/decision': 'OA + BW',
  'POST /api/v1/agents/{agent_id}/retry': 'OA + BW',
  'POST /api/v1/agents/{agent_id}/token/rotate': 'OA + BW',
  'POST /api/v1/telemetry/batches': 'process',
  'GET /api/v1/telemetry/overview': 'OA or key',
  'GET /api/v1/telemetry/series': 'OA or key',
  'GET /api/v1/telemetry/histogram': 'OA or key',
  'GET /api/v1/telemetry/heatmap': 'OA or key',
  'GET /api/v1/telemetry/breakdown': 'OA or key',
  'GET /api/v1/telemetry/settings': 'OA or key',
  'PUT /api/v1/telemetry/settings': 'OA',
  'GET /api/v1/graph': 'OA or key',
  'GET /api/v1/runs': 'OA or key',
  'GET /api/v1/runs/{id}': 'OA or key',
  'DELETE /api/v1/runs/{id}': 'OA',
  'DELETE /api/v1/telemetry/users/{user_ref}': 'OA',
  'GET /api/v1/runs/{id}/export': 'OA',
  'GET /api/v1/runs/{id}/steps': 'OA or key',
  'GET /api/v1/runs/{id}/events': 'OA or key',
  'GET /api/v1/runs/{id}/search': 'OA',
  'GET /api/v1/runs/{id}/payload': 'OA',
};

const isCode = (who: string): who is Code => Object.hasOwn(WHO, who);

/** Who may call an operation; undefined when nobody has said so. */
export function createTable(shapesFile: string): (operation: Operation) => Who | undefined {
  const { operations }: { operations: { method: string; path: string; who: string }[] } = JSON.parse(
    readFileSync(shapesFile, 'utf8'),
  );
  const codes = new Map(operations.map(({ method, path, who }) => [`${method} ${path}`, who]));
  return ({ name, method }) => {
    const code = OURS[name] ?? codes.get(name);
    if (code === undefined || !isCode(code)) return undefined;
    return (caller) => WHO[code](caller) && (caller.person?.readsOnly !== true || method === 'GET' || code === 'NONE');
  };
}
