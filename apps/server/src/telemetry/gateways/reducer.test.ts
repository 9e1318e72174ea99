import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayFrame } from '#server/gateways/index.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { readTranscript } from '../../../test/gateway/transcripts.ts';
import { makeBoard, makeGateway, makeGatewayAgent } from '../../../test/make.ts';
import { type BatchStore, createBatchStore } from '../ingest/store-batch.ts';
import { createScopes } from '../reading/scopes.ts';
import { createFollower, type Follower } from './follow/follower.ts';
import { SETTLE_MS } from './runs/lines.rules.ts';

let app: TestApp;
let batches: BatchStore;
let ahead = 0;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(Date.now() + ahead) });
  batches = createBatchStore(app.platform);
  await batches.start();
});
afterAll(async () => {
  await batches.close();
  await app.close();
});

let gatewayId: string;
let agentId: string;
let follower: Follower;
const followAnew = () =>
  createFollower(
    { platform: app.platform, batches, openScope: createScopes(app.platform) },
    { orgId: app.owner.orgId, gatewayId },
  );
beforeEach(async () => {
  const { orgId } = app.owner;
  ({ gatewayId } = await makeGateway(app, orgId));
  const boardId = await makeBoard(app, orgId, { gatewayId });
  ({ agentId } = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId }));
  follower = followAnew();
});
afterEach(() => follower.close());

const RECORDED_AGENTS = ['mc-fbc33fca-3610-43c9-ab03-fa98b20571a4', 'mc-e3329e19-22ce-414b-8f7f-195cce02706b'];
const INSTANT = /\b1795[0-9]{9}\b/g;

/** The events of a transcript as of the agent of the test, and as if they were of a minute ago. */
function recall(name: string, agent = `mc-${agentId}`): GatewayFrame[] {
  const replace = Object.fromEntries(RECORDED_AGENTS.map((recorded) => [recorded, agent]));
  const lines = readTranscript(name, replace).map((line) => JSON.stringify(line));
  const first = Math.min(...lines.flatMap((line) => line.match(INSTANT)?.map(Number) ?? []));
  const shift = Date.now() - 60_000 - first;
  return lines
    .map((line) => JSON.parse(line.replace(INSTANT, (ms) => String(Number(ms) + shift))))
    .filter(({ dir, frame }) => dir === 'recv' && frame.type === 'event')
    .map(({ frame: { event, payload, seq } }) => ({ event, payload, seq }));
}

/** Lets the follower hear frames, and then nothing more for long enough. */
async function hear(frames: readonly GatewayFrame[]): Promise<void> {
  follower.begin();
  for (const frame of frames) follower.take({ ...frame, seq: null });
  await follower.flush();
  ahead += SETTLE_MS;
  await follower.flush();
}

interface StoredRun {
  id: string;
  [column: string]: unknown;
}

async function get<T>(url: string): Promise<T> {
  const answer = await app.router.inject({ url: `/api/v1${url}`, headers: app.owner.headers });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

const listRuns = async () => (await get<{ items: StoredRun[] }>(`/runs?agent_id=${agentId}&limit=50`)).items;
const listSteps = async (id: string) => {
  const { items } = await get<{ items: Record<string, unknown>[] }>(`/runs/${id}/steps?fields=full`);
  return items.filter(({ status }) => status !== 'running');
};

/** The only run, with what of it does not depend on ids that the test gave. */
async function readRun() {
  const [run, ...others] = await listRuns();
  expect(others).toEqual([]);
  const detail = await get<StoredRun>(`/runs/${run?.id}`);
  const steps = await listSteps(detail.id);
  return { run: detail, steps };
}

/** What must be equal, however the frames came. */
async function readEssence(withTimes: boolean) {
  const { run, steps } = await readRun();
  const times = (row: Record<string, unknown>): Record<string, unknown> =>
    withTimes ? { started_at: row.started_at, dur_us: row.dur_us, ended_at: row.ended_at ?? null } : {};
  const pick = (row: Record<string, unknown>, names: string[]): Record<string, unknown> =>
    Object.fromEntries(names.map((name) => [name, row[name]]));
  return {
    run: {
      ...pick(run, ['status', 'outcome', 'error_type', 'error_message', 'steps', 'llm_calls', 'tool_calls', 'errors']),
      ...pick(run, ['blocked', 'tokens_input', 'tokens_output', 'cost_usd', 'in_payload', 'out_payload', 'session']),
      ...times(run),
    },
    steps: steps
      .map((step) => ({
        ...pick(step, ['key', 'kind', 'name', 'status', 'error_type', 'in_payload', 'out_payload', 'parent_key']),
        ...pick(step, ['tokens_input', 'tokens_output', 'cost_usd', 'cost_source', 'model', 'provider', 'finish']),
        ...times(step),
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  };
}

/** The same order each time for the same seed. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe('a recorded turn', () => {
  it.each(['turn-with-tool', 'turn-seen-by-observer'])('is a run with its calls and its tool: %s', async (name) => {
    const frames = recall(name);
    const own = frames.findLastIndex(({ payload }) => JSON.stringify(payload).includes('"final"'));
    await hear(frames.slice(0, own + 1));
    const { run, steps } = await readRun();
    expect(run).toMatchObject({
      ...{ source: 'gateway', agent_id: agentId, producer_id: gatewayId, status: 'ok', outcome: 'stop', gap: false },
      ...{ name: 'main', entrypoint: 'gateway', session: `agent:mc-${agentId}:main`, tags: { trigger: 'message' } },
      ...{ steps: 3, llm_calls: 2, tool_calls: 1, errors: 1, tokens_input: 18_168, tokens_output: 10 },
      ...{ cost_usd: 0.018188, unpriced_tokens: 0, out_payload: { v: 'done' } },
      in_payload: { v: '@@tool exec {"command":"echo watched; exit 3"}\n@@say done' },
    });
    expect(steps).toMatchObject([
      { kind: 'llm', name: 'scripted', provider: 'mock', status: 'ok', tokens_input: 9051, tokens_output: 9 },
      {
        ...{ kind: 'tool', name: 'exec', status: 'error', error_type: 'exit_code' },
        in_payload: { v: { command: 'echo watched; exit 3' } },
        out_payload: { v: { exit_code: 3, text: expect.stringContaining('watched') } },
      },
      { kind: 'llm', finish: 'stop', cost_usd: 0.009119, cost_source: 'gateway', out_payload: { v: 'done' } },
    ]);
  });

  it('that the model refused has the first of its two errors', async () => {
    await hear(recall('turn-model-error'));
    expect((await readRun()).run).toMatchObject({
      ...{ status: 'error', error_type: 'format', steps: 0, llm_calls: 0 },
      error_message: 'LLM request failed: provider rejected the request schema or tool payload.',
    });
  });

  it('that was aborted is cancelled, as its tool is', async () => {
    await hear(recall('turn-aborted'));
    const { run, steps } = await readRun();
    expect(run).toMatchObject({ status: 'cancelled', outcome: 'rpc', errors: 0 });
    expect(steps).toMatchObject([
      { kind: 'llm' },
      { kind: 'tool', status: 'cancelled', in_payload: { v: { command: 'sleep 30' } } },
    ]);
  });

  it('that waited for a person has a step for it, and runs what was allowed', async () => {
    await hear(recall('approval-allow-once'));
    const { steps } = await readRun();
    expect(steps.find(({ kind }) => kind === 'human')).toMatchObject({
      ...{
        status: 'ok',
        parent_key: 'call_mock_14',
        out_payload: { v: { decision: 'allow-once', resolved_by: 'gateway-client' } },
      },
      in_payload: { v: { command: expect.stringContaining('ls -d /tmp') } },
    });
    expect(steps.find(({ kind }) => kind === 'tool')).toMatchObject({ status: 'ok' });
  });

  it('whose command a person denied is blocked, not failed', async () => {
    await hear(recall('approval-deny'));
    const { run, steps } = await readRun();
    expect(run).toMatchObject({ status: 'ok', blocked: 2, errors: 0 });
    expect(steps.find(({ kind }) => kind === 'human')).toMatchObject({ status: 'blocked' });
    expect(steps.find(({ kind }) => kind === 'tool')).toMatchObject({ status: 'blocked', error_type: 'denied' });
  });
});

describe('frames', () => {
  it.each(['turn-with-tool', 'turn-model-error', 'turn-aborted', 'approval-allow-once', 'approval-deny'])(
    'in any order and twice make the same run: %s',
    async (name) => {
      const frames = recall(name);
      await hear(frames);
      const expected = await readEssence(true);
      for (const seed of [1, 2, 3]) {
        await sql`delete from gateway_runs where gateway_id = ${gatewayId}`.execute(app.platform.db);
        await sql`delete from runs where producer_id = ${gatewayId}`.execute(app.platform.db);
        follower = followAnew();
        await hear(shuffle([...frames, ...frames], seed));
        expect(await readEssence(true)).toEqual(expected);
      }
    },
  );

  it('that are played again to another process add nothing', async () => {
    const frames = recall('turn-with-tool');
    await hear(frames);
    const expected = await readEssence(true);
    follower = followAnew();
    await hear(frames);
    expect(await readEssence(true)).toEqual(expected);
  });

  it('after a restart of ours close what was open, with what was known before', async () => {
    const frames = recall('turn-with-tool');
    const cut = frames.findIndex(({ payload }) => JSON.stringify(payload).includes('"phase":"update"'));
    await hear(frames.slice(0, cut));
    expect(await listRuns()).toMatchObject([{ status: 'running', current_step: 'exec' }]);
    follower = followAnew();
    await hear(frames.slice(cut));
    const { run, steps } = await readRun();
    expect(run).toMatchObject({ status: 'ok', steps: 3, tool_calls: 1, in_payload: { v: expect.anything() } });
    expect(steps.find(({ kind }) => kind === 'tool')).toMatchObject({
      in_payload: { v: { command: 'echo watched; exit 3' } },
    });
  });

  it('of an agent that nobody made here make it known as discovered', async () => {
    await hear(recall('turn-with-tool', 'stranger'));
    const agents = await get<{ items: Record<string, unknown>[] }>(`/agents?origin=all&gateway_id=${gatewayId}`);
    expect(agents.items.find(({ gateway_agent_id }) => gateway_agent_id === 'stranger')).toMatchObject({
      ...{ name: 'stranger', control_state: 'discovered', managed: false, board_id: null, kind: 'external' },
    });
  });

  it('of a session that is for a task belong to it', async () => {
    const task = newId();
    const named = JSON.stringify(recall('turn-with-tool')).replaceAll(
      `agent:mc-${agentId}:main`,
      `agent:mc-${agentId}:mc-task-${task}`,
    );
    await hear(JSON.parse(named));
    expect(await listRuns()).toMatchObject([{ task_id: task }]);
  });

  it('that miss a number leave a gap in the run, once nobody can make up for them', async () => {
    const frames = recall('turn-with-tool').filter(({ event }) => event !== 'chat');
    const missing = frames.filter(({ payload }) => (payload as { seq?: number }).seq !== 12);
    await hear(missing);
    ahead += 60_000;
    await follower.flush();
    expect(await listRuns()).toMatchObject([{ gap: true }]);
  });

  it('of a run without a message of its own are work on the one that waited, for its task', async () => {
    const [task, message] = [newId(), newId()];
    await app.platform.db
      .insertInto('work_jobs')
      .values({
        ...{ id: message, org_id: app.owner.orgId, kind: 'gateway.send', state: 'succeeded', max_attempts: 8 },
        payload: JSON.stringify({ task_id: task }),
      })
      .execute();
    const frames = recall('turn-with-tool');
    const isInput = ({ payload }: GatewayFrame) => JSON.stringify(payload).includes('"role":"user"');
    const waited = frames
      .filter((frame) => isInput(frame) || (frame.payload as { state?: string }).state === 'final')
      .map(({ event, payload }) => {
        const { message: said, ...rest } = payload as { message: unknown };
        const text = JSON.stringify(isInput({ event, payload, seq: null }) ? payload : { ...rest, said });
        return {
          event,
          payload: JSON.parse(text.replaceAll('cfdffd6b-b41a-4b46-bdd1-718392861b8a', message)),
          seq: null,
        };
      });
    await hear(waited);
    expect(await listRuns()).toEqual([]);
    await hear(frames.filter((frame) => !isInput(frame)));
    expect((await readRun()).run).toMatchObject({
      ...{ task_id: task, status: 'ok', steps: 3, in_payload: { v: expect.stringContaining('@@tool exec') } },
    });
  });

  it('of a hostile agent hold up no others', async () => {
    const frames = recall('turn-with-tool');
    const hostile = frames.map(({ event, payload }) => {
      const text = JSON.stringify(payload)
        .replaceAll('cfdffd6b-b41a-4b46-bdd1-718392861b8a', 'run\\u0000\\ud800')
        .replaceAll('watched', `\\u0000\\ud800${'x'.repeat(300_000)}`);
      return { event, payload: JSON.parse(text), seq: null };
    });
    const nonsense = [null, [], 'x', { runId: 'y'.repeat(10_000) }, { runId: 'z', data: 7, seq: -1 }].flatMap(
      (payload) =>
        ['agent', 'chat', 'session.tool', 'session.message', 'exec.approval.requested', 'unheard.of'].map((event) => ({
          ...{ event, payload, seq: null },
        })),
    );
    await hear([...nonsense, ...hostile, ...frames]);
    expect((await listRuns()).map(({ status, steps }) => [status, steps])).toEqual([
      ['ok', 3],
      ['ok', 3],
    ]);
  });
});
