import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuthenticator, loadSignInWays } from '#server/identity/index.ts';
import { createEventTail, type EventTail } from '#server/platform/events/tail.ts';
import { createRateLimiter, type RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import type { Authenticate, Credentials } from '#server/platform/principal.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeMember } from '../../../test/make.ts';
import { memoryCreated } from '../../boards/memory/memory.events.ts';
import { createHub, type Hub } from './hub.ts';

let app: TestApp;
let tail: EventTail;
let limiter: RateLimiter;
let hub: Hub;
/** Every look at a caller waits for it. */
let gate: Promise<void> = Promise.resolve();
let failures = 0;
beforeAll(async () => {
  app = await createTestApp();
  tail = createEventTail(app.platform);
  await tail.start();
  limiter = createRateLimiter(app.platform);
  const { authenticate } = createAuthenticator(app.platform, await loadSignInWays(app.platform), limiter);
  const guarded: Authenticate = async (credentials) => {
    await gate;
    if (failures-- > 0) throw new Error('the database is away');
    return authenticate(credentials);
  };
  hub = createHub(app.platform, tail, [memoryCreated], guarded);
});
afterAll(async () => {
  hub.close();
  await tail.close();
  await limiter.close();
  await app.close();
});

const call = async (method: 'POST' | 'PUT', url: string, payload: object) => {
  const answer = await app.router.inject({ method, url: `/api/v1${url}`, headers: app.owner.headers, payload });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
};
const note = (board: string, content: string) => call('POST', `/boards/${board}/memory`, { content });
const forbidBoards = (memberId: string) =>
  call('PUT', `/organizations/me/members/${memberId}/access`, {
    ...{ all_boards_read: false, all_boards_write: false, board_access: [] },
  });

/** Listens to a board's memory; `until` resolves when a text was written or the stream has ended. */
async function listen(boardId: string, { authorization }: { authorization: string }) {
  const written: string[] = [];
  const wakes = new Set<() => void>();
  const write = (text: string) => {
    written.push(
      ...[...text.matchAll(/"content":"([^"]*)"|event: (revoked)/g)].map((match) => match[1] ?? match[2] ?? ''),
    );
    for (const wake of wakes) wake();
    return true;
  };
  const credentials: Credentials = {
    ...{ token: authorization.slice('Bearer '.length), session: undefined, isAgentOnly: false, agent: undefined },
    ...{ origin: undefined, isSafe: true, ip: '127.0.0.1' },
  };
  const leave = await hub.join({
    ...{ credentials, topics: new Set(['memory']), form: 'resource', start: undefined, write },
    claim: { access: 'board-work:read', orgId: app.owner.orgId, pathBoardId: boardId },
    end: (text = '') => void write(text),
  });
  const until = (content: string) =>
    new Promise<void>((resolve) => {
      const wake = () => written.includes(content) && resolve();
      wakes.add(wake);
      wake();
    });
  return { written, until, leave };
}

it('213: sends nothing newer than a change of access until it has looked at it', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const member = await makeMember(app, app.owner.orgId, { boards: { [board]: 'read' } });
  const [theirs, witness] = [await listen(board, member.headers), await listen(board, app.owner.headers)];
  await note(board, 'before');
  await Promise.all([theirs.until('before'), witness.until('before')]);
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  await forbidBoards(member.memberId);
  await note(board, 'after');
  await witness.until('after');
  expect(theirs.written).toEqual(['before']);
  open();
  await theirs.until('revoked');
  expect(theirs.written).toEqual(['before', 'revoked']);
  witness.leave();
});

it('sends what it held when the access turns out to be the same', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const member = await makeMember(app, app.owner.orgId, { all_boards_read: true, boards: { [board]: 'read' } });
  const stream = await listen(board, member.headers);
  await note(board, 'before');
  await stream.until('before');
  failures = 1;
  await call('PUT', `/organizations/me/members/${member.memberId}/access`, {
    ...{ all_boards_read: false, all_boards_write: false },
    board_access: [{ board_id: board, can_read: true, can_write: false }],
  });
  await note(board, 'after');
  await stream.until('after');
  expect(stream.written).toEqual(['before', 'after']);
  expect(failures).toBeLessThan(0);
  stream.leave();
});
