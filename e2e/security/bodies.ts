import { randomUUID } from 'node:crypto';
import { type Ids, toPolicyText } from './world/rows.ts';

/** Bodies that a schema alone does not tell: what makes the call do something. */
export const BODIES: Record<string, (ids: Ids) => object> = {
  'PATCH /api/v1/organizations/me/members/{member_id}': () => ({ role: 'admin' }),
  'PATCH /api/v1/boards/{board_id}/approvals/{approval_id}': () => ({ status: 'rejected' }),
  'POST /api/v1/board-groups/{group_id}/heartbeat': () => ({ every: '10m' }),
  'PATCH /api/v1/skills/packs/{pack_id}': () => ({ source_url: 'https://github.com/someone/skills' }),
  'POST /api/v1/agents/{agent_id}/versions': () => ({ manifest: { tools: [] } }),
  'PUT /api/v1/agents/{agent_id}/tool-overrides': () => ({ tool: 'docs/read', side_effect: 'read', reason: 'none' }),
  'POST /api/v1/policies': () => ({ source: toPolicyText('new') }),
  'PUT /api/v1/policies/{policy_id}': () => ({ source: toPolicyText('mark-ours'), if_version: 1 }),
  'POST /api/v1/policies/{policy_id}/activate': () => ({ version: 1 }),
  'POST /api/v1/policies/backtest': ({ policy_id }) => ({
    ...{ policy_id, version: 1, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
  }),
  'POST /api/v1/policies/explain': ({ agent_id }) => ({ agent_id, tool: 'docs/read' }),
  'POST /api/v1/policies/{policy_id}/exceptions': ({ agent_id }) => ({
    ...{ rule: 'never', agent_id, reason: 'none' },
    until: new Date(Date.now() + 3_600_000).toISOString(),
  }),
  'POST /api/v1/kill': ({ agent_id }) => ({ scope: { agent: agent_id }, reason: 'none' }),
  'POST /api/v1/gateways/{gateway_id}/verdicts': () => ({
    items: [
      {
        ...{ id: randomUUID(), gateway_agent_id: 'nobody', run_id: null, tool_call_id: null, tool: 'exec' },
        ...{ code: 'capability.no_contact', mode: 'enforce', explanation: 'none', bundle: null, degraded: true },
        ts: new Date().toISOString(),
      },
    ],
  }),
  'POST /api/v1/approvals/{approval_id}/decisions': () => ({ decision: 'rejected', args_hash: '0'.repeat(64) }),
  'POST /api/v1/approvals/resolve': ({ approval_id }) => ({ items: [{ approval_id, status: 'rejected' }] }),
};

const OF_BOARD = ({ board_id = '' }: Ids) => ({ board_id });

/** Parameters that the schema leaves open and the operation needs. */
export const QUERIES: Record<string, (ids: Ids) => Record<string, string>> = {
  'GET /api/v1/gateways/status': OF_BOARD,
  'GET /api/v1/gateways/sessions': OF_BOARD,
  'GET /api/v1/gateways/sessions/{session_id}': OF_BOARD,
  'GET /api/v1/gateways/sessions/{session_id}/history': OF_BOARD,
  'GET /api/v1/gateways/sessions/{session_id}/live': OF_BOARD,
  'POST /api/v1/gateways/sessions/{session_id}/message': OF_BOARD,
  'GET /api/v1/agents/{agent_id}/heartbeat/estimate': () => ({ every: '10m' }),
  'GET /api/v1/board-groups/{group_id}/heartbeat/estimate': () => ({ every: '10m' }),
  'GET /api/v1/policies/{policy_id}/versions/diff': () => ({ from: '1', to: '1' }),
  'GET /api/v1/agents/{agent_id}/versions/diff': ({ version_id = '' }) => ({ from: version_id, to: version_id }),
};
