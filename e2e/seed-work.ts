import type { ScriptedGateway } from '../apps/server/test/gateway/scripted-gateway.ts';
import { type Api, post } from './seed-api.ts';

const DAY_MS = 86_400_000;

const TASKS = [
  { title: 'Answer the refund of order 4711', status: 'review', priority: 'high', due: 1, tags: [0] },
  {
    title: 'Collect what customers say of the new prices',
    status: 'in_progress',
    priority: 'medium',
    due: 3,
    tags: [1],
  },
  { title: 'Draft the note about the outage on Tuesday', status: 'in_progress', priority: 'high', due: -1, tags: [2] },
  { title: 'Compare three providers of address checks', status: 'inbox', priority: 'low', due: 9, tags: [1] },
  { title: 'Move the old help pages', status: 'inbox', priority: 'medium', due: 5, tags: [2] },
  { title: 'Find why two invoices went out twice', status: 'inbox', priority: 'high', due: 2, tags: [0] },
  { title: 'Summarize the interviews of October', status: 'done', priority: 'medium', due: -4, tags: [1] },
] as const;

/** Makes a group, a board with tasks, approvals that wait, and a gateway; answers the pages that show them. */
export async function seedWork(api: Api, gateway: ScriptedGateway): Promise<Record<string, string>> {
  const group = await post(api, '/board-groups', { name: 'Support', slug: 'support' });
  const made = await post(api, '/gateways', {
    ...{ name: 'Lab', url: gateway.url, token: gateway.token, workspace_root: '~/.openclaw' },
  });
  const board = await post(api, '/boards', {
    ...{
      name: 'Customer desk',
      slug: 'customer-desk',
      description: 'What customers ask, answered within a day.',
      board_group_id: group.id,
    },
    ...{ board_type: 'general', require_approval_for_done: false, without_gateway: true },
  });
  const tags = await Promise.all(
    [
      ['Billing', '2563eb'],
      ['Research', '16a34a'],
      ['Writing', 'd97706'],
    ].map(([name, color]) => post(api, '/tags', { name, color })),
  );
  const tasks = [];
  for (const { tags: marks, due, ...task } of TASKS) {
    const due_at = new Date(Date.now() + due * DAY_MS).toISOString();
    const tag_ids = marks.flatMap((mark) => tags[mark]?.id ?? []);
    tasks.push(await post(api, `/boards/${board.id}/tasks`, { ...task, due_at, tag_ids }));
  }
  for (const [i, action_type] of ['refund.create', 'mail.send', 'page.publish'].entries())
    await post(api, `/boards/${board.id}/approvals`, {
      ...{ action_type, confidence: 64 + i * 9, task_id: tasks[i]?.id },
      lead_reasoning: 'The amount is above what agents may decide; the customer waits since Monday.',
      payload: { amount: 240 + i * 100, currency: 'EUR', order: 4711 + i },
      rubric_scores: { evidence: 80, reversibility: 35, impact: 60 },
    });
  return {
    board: `/boards/${board.id}`,
    task: `/boards/${board.id}?taskId=${tasks[0]?.id}`,
    approvals: '/approvals',
    activity: '/activity',
    gateways: '/gateways',
    gateway: `/gateways/${made.id}`,
  };
}
