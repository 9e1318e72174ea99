/** Where the hostile strings stand. */
export interface HostileRows {
  boardId: string;
  /** Tasks whose comments hold all of them; `last` is in the last comment, `numbers` are what the strings begin with. */
  tasks: { taskId: string; last: string; numbers: string[] }[];
  /** Pages that show some of them, with a text that is there when the page is. */
  pages: { path: string; text: string }[];
}

const PER_TASK = 50;

type Send = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) => Promise<{ id: string }>;

/** Writes the strings, through the API, into every text that the console shows. */
export async function plantHostileRows(url: string, token: string, strings: readonly string[]): Promise<HostileRows> {
  const send: Send = async (method, path, body) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const short = (n: number, max = 200) =>
    [...(strings[n * 7] ?? '')].slice(0, max).join('').replace(/\s+/g, ' ').trim();
  const boardId = await plantBoard(send, short, strings);
  const tasks: HostileRows['tasks'] = [];
  for (let at = 0; at < strings.length; at += PER_TASK)
    tasks.push(await plantTask(send, boardId, strings.slice(at, at + PER_TASK), short(at / PER_TASK + 10)));
  const { webhookId, groupId } = await plantOthers(send, boardId, short);
  return {
    boardId,
    tasks,
    pages: [
      { path: '/boards', text: 'Hostile' },
      { path: `/boards/${boardId}`, text: 'Hostile' },
      { path: `/boards/${boardId}?view=list`, text: 'Hostile' },
      { path: `/boards/${boardId}?panel=chat`, text: 'The last word' },
      { path: '/approvals', text: 'Hostile' },
      { path: '/tags', text: 'Hostile' },
      { path: '/custom-fields', text: 'Hostile' },
      { path: '/activity', text: 'Comment that closes' },
      { path: '/audit', text: 'tag.created' },
      { path: '/webhooks', text: 'Webhooks' },
      { path: `/boards/${boardId}/webhooks`, text: 'Hostile' },
      { path: `/boards/${boardId}/webhooks/${webhookId}/payloads`, text: 'Trying again' },
      { path: '/board-groups', text: 'Hostile' },
      { path: `/board-groups/${groupId}`, text: 'Hostile' },
      { path: '/settings', text: 'Your settings' },
      { path: '/jobs', text: 'Jobs' },
      { path: '/organization', text: 'hostile@example.com' },
      { path: `/boards/${boardId}/edit`, text: 'Save' },
      { path: '/dashboard', text: 'Overview' },
    ],
  };
}

type Short = (n: number, max?: number) => string;

async function plantBoard(send: Send, short: Short, strings: readonly string[]): Promise<string> {
  const { id } = await send('POST', '/boards', {
    name: `Hostile ${short(1)}`.slice(0, 200),
    slug: '',
    description: short(2),
    objective: strings.slice(0, 40).join('\n\n'),
    board_type: 'general',
    without_gateway: true,
    require_approval_for_done: false,
  });
  for (const content of strings.slice(0, 150)) await send('POST', `/boards/${id}/memory`, { content, tags: ['chat'] });
  await send('POST', `/boards/${id}/memory`, { content: 'The last word', tags: ['chat'] });
  await send('PATCH', `/boards/${id}`, { description: short(3) });
  return id;
}

async function plantTask(send: Send, boardId: string, comments: readonly string[], title: string) {
  const task = await send('POST', `/boards/${boardId}/tasks`, {
    title: `Hostile ${title}`.slice(0, 500),
    description: comments.join('\n\n'),
    priority: 'high',
  });
  const last = `Comment that closes ${task.id}`;
  for (const message of [...comments, last])
    await send('POST', `/boards/${boardId}/tasks/${task.id}/comments`, { message });
  await send('POST', `/boards/${boardId}/approvals`, {
    action_type: `Hostile ${title}`.slice(0, 200),
    task_id: task.id,
    confidence: 50,
    lead_reasoning: comments.join('\n\n'),
    payload: { reason: comments[0], command: comments[1], nested: { list: comments.slice(0, 5) } },
  });
  return { taskId: task.id, last, numbers: comments.map((text) => text.slice(0, text.indexOf(' '))) };
}

async function plantOthers(send: Send, boardId: string, short: Short) {
  for (let n = 0; n < 20; n++)
    await send('POST', '/tags', { name: `Hostile ${short(n + 20, 80)}`, description: short(n + 30) });
  for (let n = 0; n < 5; n++)
    await send('POST', '/organizations/me/custom-fields', {
      field_key: `field_${n}`,
      label: `Hostile ${short(n + 40, 100)}`,
      description: short(n + 45),
      board_ids: [boardId],
    });
  await send('POST', '/organizations/me/invites', { invited_email: 'hostile@example.com' });
  const webhook = await send('POST', `/boards/${boardId}/webhooks`, { description: `Hostile ${short(50)}` });
  for (let n = 0; n < 10; n++) await send('POST', `/boards/${boardId}/webhooks/${webhook.id}`, { text: short(n + 51) });
  const group = { name: `Hostile ${short(61)}`.slice(0, 200), slug: '', description: short(62) };
  const { id: groupId } = await send('POST', '/board-groups', group);
  await send('POST', `/board-groups/${groupId}/memory`, { content: short(63, 2_000), tags: ['chat'] });
  await send('PATCH', '/users/me', { name: `Hostile ${short(60)}`.slice(0, 200) });
  return { webhookId: webhook.id, groupId };
}
