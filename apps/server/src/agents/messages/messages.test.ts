import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type NewMessage, releaseHeldMessages, sendMessages } from '#server/agents/index.ts';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { newId, newToken } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  listMessages,
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeProcess,
  makeTask,
} from '../../../test/make.ts';

let app: TestApp;
let orgId: string;
let gatewayId: string;
let boardId: string;
let taskId: string;
let worker: MadeAgent;
let clock = new Date();
beforeAll(async () => {
  app = await createTestApp({ now: () => clock });
  orgId = app.owner.orgId;
});
beforeEach(async () => {
  ({ gatewayId } = await makeGateway(app, orgId));
  boardId = await makeBoard(app, orgId, { gatewayId, name: 'Ops' });
  taskId = await makeTask(app, orgId, boardId);
  worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
});
afterAll(() => app.close());

const db = () => app.platform.db;
const send = (...messages: NewMessage[]) =>
  inTransaction(systemContext(app.platform, orgId), (tx) => sendMessages(tx, messages));
const task = () => ({ id: taskId, title: 'Ship', status: 'inbox', priority: 'high', description: null });
const nudge = (text: string): NewMessage => ({
  agentId: worker.agentId,
  kind: 'agent.nudge',
  data: { text, from: 'Pat' },
});
const chat = (text: string): NewMessage => ({
  agentId: worker.agentId,
  kind: 'chat.message',
  data: { text, sender: 'Pat' },
});
const mine = async () => (await listMessages(app, orgId)).filter(({ agent_id }) => agent_id === worker.agentId);
const pauseBoard = (at: Date | null) =>
  db().updateTable('boards').set({ paused_at: at }).where('id', '=', boardId).execute();
const letGo = () =>
  db()
    .updateTable('work_jobs')
    .set({ waits_for: null })
    .where('kind', '=', 'gateway.send')
    .where('org_id', '=', orgId)
    .execute();
const findJob = (id: string) => db().selectFrom('work_jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const listLines = () =>
  db()
    .selectFrom('activity_events')
    .select(['event_type', 'task_id', 'agent_id', 'data'])
    .where('board_id', '=', boardId)
    .orderBy('id')
    .execute();

describe('messages', () => {
  it('wait for the gateway in the order in which they were written, with what the agent will read', async () => {
    const [job] = await send(nudge('one'), nudge('two'));
    expect(job).toEqual(expect.any(String));
    const waiting = await mine();
    expect(waiting.map(({ data }) => data.text)).toEqual(['one', 'two']);
    for (const message of waiting)
      expect(message).toMatchObject({
        waits_for: `gateway:${gatewayId}`,
        queue: `session:agent:mc-${worker.agentId}:main`,
        deliver: false,
        board: { id: boardId, name: 'Ops' },
        text: expect.stringContaining('Pat nudges you.'),
      });
  });

  it('177: never carry a token', async () => {
    const token = newToken('mca_');
    await send(nudge(`Use ${token}.`));
    const [{ text }] = (await mine()) as unknown as [{ text: string }];
    expect(text).toContain('[a credential stood here]');
    expect(text).not.toContain(token);
  });

  it('go to nobody who has no session, and to an agent of a process by its own way', async () => {
    const { agentId } = await makeProcess(app, `m-${newId()}`);
    await db().updateTable('agents').set({ openclaw_session_id: null }).where('id', '=', worker.agentId).execute();
    expect(
      await send(nudge('lost'), { ...nudge('kept'), agentId }, { ...nudge('who'), agentId: newId() }),
    ).toHaveLength(1);
    const [message] = (await listMessages(app, orgId)).filter(({ agent_id }) => agent_id === agentId);
    expect(message).toMatchObject({ waits_for: `agent:${agentId}`, queue: `agent:${agentId}` });
  });

  it('134: are held while the board is paused, but for chat and commands, and go on in order', async () => {
    await pauseBoard(clock);
    await send(
      nudge('one'),
      chat('hello'),
      { agentId: worker.agentId, kind: 'control.pause', data: {}, deliver: true },
      nudge('two'),
    );
    expect((await mine()).map(({ kind, waits_for }) => [kind, waits_for?.split(':')[0]])).toEqual([
      ['agent.nudge', 'board'],
      ['chat.message', 'gateway'],
      ['control.pause', 'gateway'],
      ['agent.nudge', 'board'],
    ]);
    await pauseBoard(null);
    await inTransaction(systemContext(app.platform, orgId), (tx) => releaseHeldMessages(tx, boardId));
    expect((await mine()).map(({ data, waits_for }) => [data.text, waits_for])).toEqual([
      ['one', `gateway:${gatewayId}`],
      ['hello', `gateway:${gatewayId}`],
      [undefined, `gateway:${gatewayId}`],
      ['two', `gateway:${gatewayId}`],
    ]);
  });

  it('that are held do not keep chat of the same session from being tried', async () => {
    await pauseBoard(clock);
    const [, job] = await send(nudge('held'), chat('hello'));
    await db().updateTable('work_jobs').set({ waits_for: null }).where('id', '=', String(job)).execute();
    await app.runWork(String(job));
    expect(await findJob(String(job))).toMatchObject({
      attempts: 0,
      error: { code: 'gateway.unreachable' },
      waits_for: `gateway:${gatewayId}`,
    });
  });
});

describe('a message that its gateway never takes', () => {
  it('60: is tried eight times, then given up and put on record under the name that its sender chose', async () => {
    const [job = ''] = await send({
      agentId: worker.agentId,
      kind: 'task.assigned',
      data: { task: task(), due_at: null, depends_on_task_ids: [] },
      taskId,
      wakes: 'assignment',
      events: { sent: 'task.assignee_notified', failed: 'task.assignee_notify_failed' },
    });
    await letGo();
    // A gateway that is away for a day uses up tries; until then its messages wait for it.
    clock = new Date(clock.getTime() + 25 * 3_600_000);
    for (let i = 1; i <= 8; i++) {
      await app.runWork(job);
      expect(await findJob(job)).toMatchObject({ attempts: i, state: i < 8 ? 'queued' : 'dead' });
      expect(await listLines()).toHaveLength(i < 8 ? 0 : 2);
      clock = new Date(clock.getTime() + 700_000);
    }
    const about = { task_id: taskId, agent_id: worker.agentId };
    expect(await listLines()).toMatchObject([
      {
        ...about,
        event_type: 'task.assignee_notify_failed',
        data: { kind: 'task.assigned', code: 'gateway.unreachable' },
      },
      { ...about, event_type: 'task.assignee_wake_failed', data: { reason: 'assignment' } },
    ]);
  });

  it('is on record without the task when that went meanwhile', async () => {
    const [job = ''] = await send({
      agentId: worker.agentId,
      kind: 'task.created',
      data: { task: task() },
      taskId,
      events: { sent: 'task.lead_notified', failed: 'task.lead_notify_failed' },
    });
    await letGo();
    await db().deleteFrom('tasks').where('id', '=', taskId).execute();
    await db()
      .updateTable('agents')
      .set({ gateway_id: null, kind: 'external', origin: 'sdk' })
      .where('id', '=', worker.agentId)
      .execute();
    await app.runWork(job);
    expect(await findJob(job)).toMatchObject({ state: 'failed', error: { code: 'agent.session_missing' } });
    expect(await listLines()).toMatchObject([
      { event_type: 'task.lead_notify_failed', task_id: null, agent_id: worker.agentId },
    ]);
  });
});
