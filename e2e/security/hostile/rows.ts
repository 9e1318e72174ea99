/** Where the hostile strings stand. */
export interface HostileRows {
  boardId: string;
  /** Tasks whose comments hold all of them; `last` is in the last comment. */
  tasks: { taskId: string; last: string }[];
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
  await plantOthers(send, boardId, short);
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
      { path: '/audit', text: 'Hostile' },
      { path: '/organization', text: 'hostile@example.com' },
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
  return { taskId: task.id, last };
}

async function plantOthers(send: Send, boardId: string, short: Short): Promise<void> {
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
  await send('PATCH', '/users/me', { name: `Hostile ${short(60)}`.slice(0, 200) });
}
