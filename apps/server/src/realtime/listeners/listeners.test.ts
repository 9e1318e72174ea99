import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeMember } from '../../../test/make.ts';
import { openStream, type SseClient, type SseMessage } from '../../../test/sse.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ env: { RATE_LIMIT_FAILED_AUTH: '1' } });
  await app.router.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

const call = async (method: 'POST' | 'PATCH' | 'DELETE' | 'PUT', url: string, payload?: object) => {
  const headers = app.owner.headers;
  const answer = await app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
  expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300);
  return answer.body === '' ? undefined : answer.json();
};
const note = (board: string, content: string) => call('POST', `/boards/${board}/memory`, { content });
const contentOf = ({ data }: SseMessage) => (data.memory as { content?: string } | undefined)?.content;
const until = (stream: SseClient, content: string) => stream.find((message) => contentOf(message) === content);
const setAccess = (memberId: string, ...boards: string[]) =>
  call('PUT', `/organizations/me/members/${memberId}/access`, {
    ...{ all_boards_read: false, all_boards_write: false },
    board_access: boards.map((board_id) => ({ board_id, can_read: true, can_write: false })),
  });

it('213: removing board access closes the stream with revoked; nothing of later changes was sent', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const member = await makeMember(app, app.owner.orgId, { boards: { [board]: 'read' } });
  const stream = await openStream(app, `/boards/${board}/memory/stream`, member.headers);
  const witness = await openStream(app, `/boards/${board}/memory/stream`);
  await note(board, 'before');
  await until(stream, 'before');
  // Nothing between the change of access and those after it: they meet in one round.
  await Promise.all([setAccess(member.memberId).then(() => note(board, 'after')), until(witness, 'after')]);
  await stream.ended;
  expect(stream.messages.map((message) => contentOf(message) ?? message.event)).toEqual(['before', 'revoked']);
  expect(stream.messages.at(-1)?.data).toEqual({ reason: 'access_changed' });
  witness.close();
});

it('narrows and widens a session stream when access to one of its boards changes', async () => {
  const boards = [await makeBoard(app, app.owner.orgId), await makeBoard(app, app.owner.orgId)] as const;
  const [kept, changing] = boards;
  const member = await makeMember(app, app.owner.orgId, { boards: { [kept]: 'read', [changing]: 'read' } });
  const stream = await openStream(app, '/stream?topics=memory', member.headers);
  const filtered = await openStream(app, `/stream?topics=memory&board_id=${changing}`, member.headers);
  const sayInBoth = async (content: string) => {
    await note(changing, `${content}, changing`);
    await note(kept, `${content}, kept`);
    await until(stream, `${content}, kept`);
  };
  await sayInBoth('one');
  await setAccess(member.memberId, kept);
  await sayInBoth('two');
  await filtered.ended;
  await setAccess(member.memberId, kept, changing);
  await sayInBoth('three');
  expect(stream.messages.map(contentOf)).toEqual([
    'one, changing',
    'one, kept',
    'two, kept',
    'three, changing',
    'three, kept',
  ]);
  expect(filtered.messages.map((message) => contentOf(message) ?? message.event)).toEqual(['one, changing', 'revoked']);
});

it('ends the streams of a member that is removed, of a token that is revoked and of an agent that is deleted', async () => {
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  const board = await makeBoard(app, app.owner.orgId, { gatewayId });
  const place = { kind: 'worker', gatewayId, boardId: board } as const;
  const agent = await makeGatewayAgent(app, app.owner.orgId, place);
  const other = await makeGatewayAgent(app, app.owner.orgId, place);
  const member = await makeMember(app, app.owner.orgId, { all_boards_read: true });
  const token = await call('POST', '/users/me/tokens', { name: 'reader', scopes: ['read'] });
  const path = `/boards/${board}/tasks/stream`;
  const [ofAgent, ofOther, ofMember, ofToken, ofOwner] = await Promise.all([
    openStream(app, path, { ...agent.headers, authorization: '' }),
    openStream(app, path, { ...other.headers, authorization: '' }),
    openStream(app, '/stream?topics=tasks', member.headers),
    openStream(app, path, { authorization: `Bearer ${token.token}` }),
    openStream(app, path),
  ]);
  await call('DELETE', `/agents/${agent.agentId}`);
  await call('DELETE', `/organizations/me/members/${member.memberId}`);
  await call('DELETE', `/users/me/tokens/${token.id}`);
  for (const stream of [ofAgent, ofMember, ofToken]) {
    await stream.ended;
    expect(stream.messages.at(-1)).toMatchObject({ event: 'revoked' });
  }
  await call('POST', `/boards/${board}/tasks`, { title: 'still told' });
  for (const stream of [ofOther, ofOwner]) {
    await stream.find(({ data }) => data.type === 'task.created');
    stream.close();
  }
});

it('ends the streams of a board that is deleted, and of a role that is taken', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const admin = await makeMember(app, app.owner.orgId, { role: 'admin', all_boards_read: true });
  const ofBoard = await openStream(app, `/boards/${board}/tasks/stream`);
  const ofAdmin = await openStream(app, '/agents/stream', admin.headers);
  const session = await openStream(app, '/stream?topics=activity', admin.headers);
  await call('PATCH', `/organizations/me/members/${admin.memberId}`, { role: 'member' });
  await ofAdmin.ended;
  await call('DELETE', `/boards/${board}`);
  await ofBoard.ended;
  for (const stream of [ofAdmin, ofBoard]) expect(stream.messages.at(-1)?.event).toBe('revoked');
  // What is about no board (the change of the role) was for the admin, not for the member.
  await note(await makeBoard(app, app.owner.orgId), 'told');
  const typeOf = ({ data }: SseMessage) => (data.activity as { event_type: string }).event_type;
  await session.find((message) => typeOf(message) === 'memory.created');
  expect(session.messages.map(typeOf)).toEqual(['board.deleted', 'memory.created']);
  session.close();
});

it('takes no look at a revoked token for a guess', async () => {
  const tokens = [];
  for (const name of ['one', 'two', 'three'])
    tokens.push(await call('POST', '/users/me/tokens', { name, scopes: ['read'] }));
  const streams = await Promise.all(
    tokens.map(({ token }) => openStream(app, '/stream?topics=tasks', { authorization: `Bearer ${token}` })),
  );
  for (const { id } of tokens) await call('DELETE', `/users/me/tokens/${id}`);
  for (const stream of streams) await stream.ended;
  // One guess more than none, and this address would be refused for a minute.
  await call('POST', '/users/me/tokens', { name: 'four', scopes: ['read'] });
});

it('resumes with what may be read now only', async () => {
  const boards = [await makeBoard(app, app.owner.orgId), await makeBoard(app, app.owner.orgId)] as const;
  const [open, closed] = boards;
  const member = await makeMember(app, app.owner.orgId, { boards: { [open]: 'read', [closed]: 'read' } });
  const stream = await openStream(app, '/stream?topics=memory,activity', member.headers);
  await note(open, 'seen');
  await stream.waitFor(2);
  const lastId = String(stream.messages.at(-1)?.id);
  stream.close();
  await note(closed, 'missed, then closed');
  await note(open, 'missed');
  await setAccess(member.memberId, open);
  const again = await openStream(app, '/stream?topics=memory,activity', { ...member.headers, 'last-event-id': lastId });
  await note(open, 'live');
  await until(again, 'live');
  expect(again.messages.flatMap((message) => contentOf(message) ?? [])).toEqual(['missed', 'live']);
  expect(new Set(again.messages.map(({ data }) => data.board_id))).toEqual(new Set([open]));
  again.close();
});
