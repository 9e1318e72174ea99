import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { finishDrains } from './drains.jobs.ts';

let app: TestApp;
let clock = new Date();
beforeAll(async () => {
  app = await createTestApp({ now: () => clock });
});
afterAll(() => app.close());

const act = (agentId: string, action: string, body: object = {}) =>
  app.router.inject({
    ...{ method: 'POST', url: `/api/v1/agents/${agentId}/${action}`, headers: app.owner.headers },
    payload: { reason: 'A new house.', ...body },
  });
const getAgent = async (id: string) =>
  (await app.router.inject({ url: `/api/v1/agents/${id}`, headers: app.owner.headers })).json();
const pass = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1_000);
};

/** A process with an open run, and the commands that it was sent since. */
async function makeBusy() {
  const slug = `agent-${newId()}`;
  const worker = await makeProcess(app, slug);
  const run = makeRun(clock, slug);
  expect((await report(app, worker, [run.start()])).answer).toMatchObject({ accepted: 1 });
  const commands = async () => {
    const rows = await app.platform.db
      .selectFrom('commands')
      .select(['type', 'body'])
      .where('producer_id', '=', worker.producer)
      .where('type', 'not in', ['version.activate', 'bundle'])
      .orderBy('seq')
      .execute();
    return rows.map(({ type, body }) => ({ type, ...(body as object) }));
  };
  return { worker, run, commands, agentId: worker.agentId };
}

it('a drain lets running runs end and pauses the agent then', async () => {
  const { worker, run, commands, agentId } = await makeBusy();
  expect((await act(agentId, 'drain', { deadline_s: 60 })).json().control_state).toBe('draining');
  pass(30);
  await finishDrains(app.platform);
  expect((await getAgent(agentId)).control_state).toBe('draining');
  await report(app, worker, [run.end()]);
  await finishDrains(app.platform);
  expect(await getAgent(agentId)).toMatchObject({
    ...{ control_state: 'paused', control_reason: 'drained' },
    holds: [{ holder: 'manual', reason: 'drained' }],
  });
  expect(await commands()).toMatchObject([
    { type: 'drain', agent_id: agentId, deadline_s: 60 },
    { type: 'hold', reason: 'drained' },
  ]);
  expect((await act(agentId, 'resume')).json()).toMatchObject({ control_state: 'active', control_reason: null });
});

it('at the deadline of a drain what still runs is ended', async () => {
  const { commands, agentId } = await makeBusy();
  await act(agentId, 'drain', { deadline_s: 60 });
  pass(61);
  await finishDrains(app.platform);
  expect((await getAgent(agentId)).control_state).toBe('paused');
  expect((await commands()).map(({ type }) => type)).toEqual(['drain', 'abort', 'hold']);
});

it('a drain that is taken back does not pause; one without runs waits for what is on its way', async () => {
  const { agentId } = await makeBusy();
  await act(agentId, 'drain', { deadline_s: 60 });
  await act(agentId, 'resume');
  pass(61);
  await finishDrains(app.platform);
  expect((await getAgent(agentId)).control_state).toBe('active');
  const idle = await makeProcess(app, `agent-${newId()}`);
  await act(idle.agentId, 'drain');
  await finishDrains(app.platform);
  expect((await getAgent(idle.agentId)).control_state).toBe('draining');
  pass(5);
  await finishDrains(app.platform);
  expect((await getAgent(idle.agentId)).control_state).toBe('paused');
});

it('processes are told at once of a pause, with what is to become of what runs, and of its end', async () => {
  const { commands, agentId } = await makeBusy();
  await act(agentId, 'pause', { abort: true });
  await act(agentId, 'resume');
  await act(agentId, 'pause');
  expect(await commands()).toMatchObject([
    { type: 'hold', holder: 'manual', reason: 'A new house.', abort: true },
    { type: 'release', holder: 'manual' },
    { type: 'hold', abort: false },
  ]);
  expect((await act(agentId, 'drain', { deadline_s: 0 })).json().code).toBe('request.invalid');
});
