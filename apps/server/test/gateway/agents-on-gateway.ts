import { expect, vi } from 'vitest';
import { getPool } from '#server/gateways/connections/pool.ts';
import type { TestApp } from '../app.ts';
import { makeBoard, makeReachableGateway } from '../make.ts';
import { type ScriptedGateway, type ScriptedGatewayOptions, startScriptedGateway } from './scripted-gateway.ts';

/** Agents of a board whose gateway answers. */
export interface AgentsOnGateway {
  gateway: ScriptedGateway;
  gatewayId: string;
  mainId: string;
  boardId: string;
  call(method: 'POST' | 'PATCH' | 'GET' | 'PUT' | 'DELETE', url: string, payload?: object): Promise<Answer>;
  create(more?: object): Promise<{ id: string; [field: string]: unknown }>;
  /** The agent once its newest pass has ended, well or not. */
  settled(agentId: string): Promise<Record<string, unknown>>;
  /** The newest job of a kind about an agent. */
  findJob(agentId: string, kind?: string): Promise<WorkRow>;
  /** The files in an agent's workspace, by path. */
  filesOf(agentId: string): Map<string, string>;
  /** Calls of a method so far. */
  callsOf(method: string): ScriptedGateway['calls'];
}

interface Answer {
  statusCode: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is the test's business
  json(): any;
  body: string;
}

interface WorkRow {
  id: string;
  state: string;
  error: unknown;
  steps: { kind: string; state: string }[] | null;
  waits_for: string | null;
  payload: Record<string, unknown>;
}

/** Starts a scripted gateway with a board on it; the caller closes the gateway. */
export async function startAgentsOnGateway(
  app: TestApp,
  options: ScriptedGatewayOptions = {},
): Promise<AgentsOnGateway> {
  const { orgId, headers } = app.owner;
  const gateway = await startScriptedGateway(options);
  const { gatewayId, main } = await makeReachableGateway(app, orgId, gateway);
  // Rows that nobody announced: the server is told to look at them now.
  getPool(app.platform).look();
  const isHeard = () => [...gateway.world.connections].some(({ isSubscribed }) => isSubscribed);
  await vi.waitUntil(isHeard, { timeout: 30_000 });
  const boardId = await makeBoard(app, orgId, { gatewayId, name: 'Launch' });
  const call: AgentsOnGateway['call'] = (method, url, payload) =>
    app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
  const findJob: AgentsOnGateway['findJob'] = async (agentId, kind = 'agent.reconcile') =>
    (await app.platform.db
      .selectFrom('work_jobs')
      .selectAll()
      .where('kind', '=', kind)
      .where('subject', '=', JSON.stringify({ kind: 'agent', id: agentId }))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()) as WorkRow; // JSON columns as they are written
  return {
    ...{ gateway, gatewayId, mainId: main.agentId, boardId, call, findJob },
    create: async (more = {}) => (await call('POST', '/agents', { board_id: boardId, name: 'Ada', ...more })).json(),
    async settled(agentId) {
      const isOver = async () => {
        const { state, error } = await findJob(agentId);
        return state === 'succeeded' || (state === 'queued' && error !== null);
      };
      await expect.poll(isOver, { timeout: 90_000 }).toBe(true);
      return (await call('GET', `/agents/${agentId}`)).json();
    },
    filesOf: (agentId) =>
      [...gateway.world.workspaces].find(([path]) => path.includes(agentId))?.[1] ?? new Map<string, string>(),
    callsOf: (method) => gateway.calls.filter((one) => one.method === method),
  };
}
