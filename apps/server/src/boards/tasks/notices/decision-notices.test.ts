import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { listMessages } from '../../../../test/make.ts';
import { makeTaskBoard, type TaskBoard } from '../../../../test/task-board.ts';

let app: TestApp;
let board: TaskBoard;
beforeAll(async () => {
  app = await createTestApp();
  board = await makeTaskBoard(app);
});
afterAll(() => app.close());

async function resolve(status: string, as: Record<string, string> = board.worker.headers) {
  const { id } = await board.create();
  const asked = await board.call('POST', `/boards/${board.boardId}/approvals`, {
    body: { action_type: 'task.done', task_id: id, confidence: 88.75, lead_reasoning: 'why' },
    as,
  });
  await board.told();
  const answer = await board.call('PATCH', `/boards/${board.boardId}/approvals/${asked.body.id}`, {
    body: { status, comment: 'As agreed.' },
  });
  expect(answer.status).toBe(200);
  return { taskId: id, approval: answer.body };
}

it('122: a decision is told to the lead, with its facts, and to the agent that asked', async () => {
  const { taskId, approval } = await resolve('approved');
  const sent = (await listMessages(app, board.orgId)).slice(-2);
  expect(await board.told()).toEqual(['lead: approval.resolved', 'worker: approval.resolved']);
  expect(sent.find(({ agent_id }) => agent_id === board.lead.agentId)).toMatchObject({
    deliver: false,
    events: { sent: 'approval.lead_notified', failed: 'approval.lead_notify_failed' },
    data: {
      approval_id: approval.id,
      action_type: 'task.done',
      decision: 'approved',
      confidence: 88.75,
      task_ids: [taskId],
      args_hash: approval.args_hash,
      comment: 'As agreed.',
    },
  });
  expect(sent.find(({ agent_id }) => agent_id === board.worker.agentId)).toMatchObject({ events: null });
});

it('a lead that asked hears once, and a task does not move by it', async () => {
  const { taskId } = await resolve('rejected', board.lead.headers);
  expect(await board.told()).toEqual(['lead: approval.resolved']);
  expect(await board.read(taskId)).toMatchObject({ status: 'inbox', version: 1 });
});
