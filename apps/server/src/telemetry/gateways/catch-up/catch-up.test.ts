import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../../test/gateway/agents-on-gateway.ts';
import { chatMethods } from '../../../../test/gateway/methods/chat.ts';
import type { Connection } from '../../../../test/gateway/world.ts';

let app: TestApp;
let ahead = 0;
let place: AgentsOnGateway;
let agent: { id: string; key: string };
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(Date.now() + ahead) });
});
afterAll(() => app.close());
beforeEach(async () => {
  ahead = 0;
  place = await startAgentsOnGateway(app);
  const { id } = await place.create({ name: `Ada ${randomUUID().slice(0, 8)}` });
  await place.settled(id);
  agent = { id, key: String((await place.call('GET', `/agents/${id}`)).json().openclaw_session_id) };
}, 60_000);
afterEach(() => place.gateway.close());

const TIMEOUT = { timeout: 20_000 };
const SCRIPT = [
  { tool: 'exec', args: { command: 'echo hello; exit 3' }, output: 'hello', exitCode: 3 },
  { say: 'It failed: {{last}}' },
];

/** Somebody else's client sends a message to the agent; returns the id of the run. */
function speak(sessionKey = agent.key): string {
  const idempotencyKey = randomUUID();
  const params = { sessionKey, message: 'Please look.', idempotencyKey };
  chatMethods['chat.send']?.answer(place.gateway.world, params, { id: 'tui' } as Connection); // only its id is read
  return idempotencyKey;
}

async function findRun(externalRunId: string) {
  const row = await app.platform.db
    .selectFrom('gateway_runs')
    .select('run_id')
    .where('external_run_id', '=', externalRunId)
    .executeTakeFirst();
  return row && (await place.call('GET', `/runs/${row.run_id}`)).json();
}

const becomes = (externalRunId: string, fields: Record<string, unknown>) =>
  expect.poll(() => findRun(externalRunId), TIMEOUT).toMatchObject(fields);

const ESSENCE = ['kind', 'name', 'status', 'error_type', 'in_payload', 'out_payload', 'tokens_output', 'cost_source'];

/** The closed steps of a run, without what differs from turn to turn: a scripted one has no order but its instants. */
async function listEssence(externalRunId: string) {
  const { id } = await findRun(externalRunId);
  const { items } = (await place.call('GET', `/runs/${id}/steps?fields=full`)).json();
  return items
    .filter(({ status }: { status: string }) => status !== 'running')
    .map((step: Record<string, unknown>) => Object.fromEntries(ESSENCE.map((name) => [name, step[name]])))
    .sort((a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const isConnected = () =>
  expect
    .poll(() => [...place.gateway.world.connections].some((connection) => connection.isSubscribed), TIMEOUT)
    .toBe(true);

describe('a turn of an agent', { timeout: 60_000 }, () => {
  it('is a run while it goes on, and the same run when it was missed', async () => {
    place.gateway.onMessage(() => SCRIPT);
    const heard = speak();
    await becomes(heard, { status: 'ok', steps: 3, agent_id: agent.id, source: 'gateway', entrypoint: 'gateway' });
    place.gateway.dropConnections();
    const missed = speak();
    await becomes(missed, { status: 'ok', steps: 3, llm_calls: 2, tool_calls: 1, errors: 1, gap: false });
    expect(await listEssence(missed)).toEqual(await listEssence(heard));
    expect((await findRun(missed)).in_payload).toEqual((await findRun(heard)).in_payload);
  });

  it('of which the first half was missed is whole', async () => {
    let go: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    place.gateway.onMessage(() => [SCRIPT[0] as { say: string }, { until }, SCRIPT[1] as { say: string }]);
    place.gateway.dropConnections();
    const run = speak();
    await becomes(run, { status: 'running', steps: 2 });
    go();
    await becomes(run, { status: 'ok', steps: 3, tool_calls: 1 });
  });

  it('that a restart of the gateway cut off is interrupted', async () => {
    place.gateway.onMessage(() => [SCRIPT[0] as { say: string }, { until: new Promise(() => undefined) }]);
    const run = speak();
    await becomes(run, { status: 'running', steps: 2 });
    // How far the gateway was followed, and under which boot, is known from its first connect.
    await expect
      .poll(
        () =>
          app.platform.db
            .selectFrom('gateway_follows')
            .select('boot_id')
            .where('gateway_id', '=', place.gatewayId)
            .execute(),
        TIMEOUT,
      )
      .toHaveLength(1);
    place.gateway.restart();
    await becomes(run, { status: 'error', error_type: 'interrupted' });
    await isConnected();
  });

  it('that nobody knows of any more is lost after ten minutes', async () => {
    place.gateway.onMessage(() => [SCRIPT[0] as { say: string }, { until: new Promise(() => undefined) }]);
    const run = speak();
    await becomes(run, { status: 'running', steps: 2 });
    place.gateway.world.runs.clear();
    ahead = 11 * 60_000;
    place.gateway.dropConnections();
    await becomes(run, { status: 'lost' });
  });

  it('of which only the ledger tells has its outcome, and what it did without content', async () => {
    const [run, at] = [randomUUID(), Date.now()];
    const of = { runId: run, agentId: agent.key.split(':')[1], sessionKey: agent.key, eventType: 'agent_run' };
    place.gateway.dropConnections();
    place.gateway.world.activity.push(
      { ...of, eventId: '1', kind: 'agent_run', status: 'started', occurredAt: at - 2_000 },
      {
        ...of,
        eventId: '2',
        kind: 'tool_action',
        status: 'failed',
        toolName: 'exec',
        toolCallId: 'sha256:ab',
        errorCode: 'tool_failed',
        occurredAt: at - 1_000,
      },
      { ...of, eventId: '3', kind: 'agent_run', status: 'timed_out', errorCode: 'run_timed_out', occurredAt: at },
    );
    await becomes(run, { status: 'error', error_type: 'run_timed_out', tool_calls: 1 });
    expect(await listEssence(run)).toMatchObject([
      { kind: 'tool', name: 'exec', status: 'error', error_type: 'tool_failed', in_payload: { x: 'dropped' } },
    ]);
  });

  it('is not told twice when all of it is read again', async () => {
    place.gateway.onMessage(() => SCRIPT);
    const run = speak();
    await becomes(run, { status: 'ok', steps: 3 });
    await app.platform.db.deleteFrom('gateway_session_cursors').where('gateway_id', '=', place.gatewayId).execute();
    const before = place.callsOf('audit.activity.list').length;
    place.gateway.dropConnections();
    await expect.poll(() => place.callsOf('audit.activity.list').length, TIMEOUT).toBeGreaterThan(before);
    const other = speak();
    await becomes(other, { status: 'ok', steps: 3 });
    expect(await findRun(run)).toMatchObject({ status: 'ok', steps: 3, tool_calls: 1 });
    expect(await listEssence(run)).toHaveLength(3);
  });
});
