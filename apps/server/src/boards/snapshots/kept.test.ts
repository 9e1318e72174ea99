import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type MadeMember, makeBoard, makeGateway, makeGatewayAgent, makeMember } from '../../../test/make.ts';
import { createKeptSnapshots, type KeptSnapshots } from './kept.ts';
import { getBoardSnapshot } from './snapshots.service.ts';

const RUNS = 4;
/** Kinds of changes, by their places in `changes` of {@link openBoard}. */
const KINDS = 16;
const [TASK, COMMENT, TAG, CHAT, APPROVAL] = [0, 5, 6, 9, 11];
const [DECISION, PERSON, AGENT] = [12, 13, 14];
const MANY_CHARS = 10_000_000;

let app: TestApp;
let at = Date.now();
/** Decides about approvals that the owner asked for. */
let other: MadeMember;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at) });
  other = await makeMember(app, app.owner.orgId, { all_boards_read: true, all_boards_write: true });
});
afterAll(() => app.close());

async function call(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  payload: object = {},
  headers = app.owner.headers,
): Promise<{ id?: string }> {
  const answer = await app.router.inject({ method, url: `/api/v1${path}`, headers, payload });
  // Two of these changes may block each other; who loses is told to come again.
  if (answer.statusCode === 503) return call(method, path, payload, headers);
  if (answer.statusCode >= 500) throw new Error(answer.body);
  return answer.body === '' ? {} : answer.json();
}

/** The snapshot but for its cursor, which moves on while nothing changes. */
async function read(boardId: string, kept: KeptSnapshots): Promise<{ tasks: { id: string }[] }> {
  const { cursor: _, ...shown } = JSON.parse(
    await getBoardSnapshot(systemContext(app.platform, app.owner.orgId), boardId, kept),
  );
  return shown;
}
const readAnew = (boardId: string) => read(boardId, createKeptSnapshots(0));

/** A board whose rows are named by how many came before them, modulo how many there are. */
async function openBoard() {
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  const boardId = await makeBoard(app, app.owner.orgId, { gatewayId });
  const agent = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId });
  const rows: Record<'task' | 'tag' | 'comment' | 'memory' | 'approval', string[]> = {
    ...{ task: [], tag: [], comment: [], memory: [], approval: [] },
  };
  const add = async (kind: keyof typeof rows, path: string, body: object) => {
    const { id } = await call('POST', path, body);
    if (id) rows[kind].push(id);
  };
  const some = (kind: keyof typeof rows, n: number) => rows[kind][n % Math.max(1, rows[kind].length)];
  const board = `/boards/${boardId}`;
  const task = (n: number) => `${board}/tasks/${some('task', n)}`;
  const changes: ((n: number) => Promise<unknown>)[] = [
    (n) => add('task', `${board}/tasks`, { title: `Task ${n}`, tag_ids: rows.tag.slice(0, n % 3) }),
    (n) => call('PATCH', task(n), { status: n % 2 ? 'in_progress' : 'done' }),
    (n) => call('PATCH', task(n), { title: `Renamed ${n}`, assigned_agent_id: n % 2 ? agent.agentId : null }),
    (n) => call('PATCH', task(n), { depends_on_task_ids: [some('task', n + 1)] }),
    (n) => call('DELETE', task(n)),
    (n) => add('comment', `${task(n)}/comments`, { message: `Said ${n}` }),
    (n) => add('tag', '/tags', { name: `Tag ${n} ${rows.tag.length}` }),
    (n) => call('PATCH', `/tags/${some('tag', n)}`, { name: `Named ${n}` }),
    (n) => call('DELETE', `/tags/${some('tag', n)}`),
    (n) => add('memory', `${board}/memory`, { content: `Word ${n}`, tags: ['chat'] }),
    (n) => call('DELETE', `${board}/memory/${some('memory', n)}`),
    () => add('approval', `${board}/approvals`, { action_type: 'deploy', confidence: 70, lead_reasoning: 'Because.' }),
    (n) =>
      call(
        'PATCH',
        `${board}/approvals/${some('approval', n)}`,
        { status: n % 2 ? 'approved' : 'rejected' },
        other.headers,
      ),
    (n) => call('PATCH', '/users/me', { name: `Owner ${n}` }),
    (n) => call('PATCH', `/agents/${agent.agentId}`, { name: `Agent ${n}` }),
    async (n) => {
      at += n * 1000; // approvals run out of time, and kept answers become old
    },
  ];
  return { boardId, change: (kind: number, n: number) => changes[kind % changes.length]?.(n) };
}

describe('a snapshot that was kept', () => {
  it('shows what one that is read anew shows, whatever changes, also at once and by several instances', async () => {
    const kinds = [...new Array(KINDS).keys()];
    const alone = fc.shuffledSubarray(kinds, { minLength: KINDS }).map((order) => order.map((kind) => [kind]));
    const together = fc.array(fc.array(fc.constantFrom(...kinds), { minLength: 2, maxLength: 4 }), { maxLength: 4 });
    const changed = new Set<number>();
    const noteAlone = ([kind, ...others]: number[]) => {
      if (kind !== undefined && others.length === 0) changed.add(kind);
    };
    const play = async (steps: number[][], seed: number) => {
      const { boardId, change } = await openBoard();
      const instances = [createKeptSnapshots(MANY_CHARS), createKeptSnapshots(MANY_CHARS)];
      const readAll = () => Promise.all(instances.map((kept) => read(boardId, kept)));
      for (const kind of [TASK, TASK, TAG, TASK, COMMENT, CHAT, APPROVAL]) await change(kind, seed);
      let before = await readAnew(boardId);
      for (const [n, step] of steps.entries()) {
        await readAll();
        await Promise.all([...step.map((kind) => change(kind, seed + n)), readAll()]);
        const expected = await readAnew(boardId);
        for (const shown of await readAll()) expect(shown).toEqual(expected);
        if (JSON.stringify(expected) !== JSON.stringify(before)) noteAlone(step);
        before = expected;
      }
    };
    const steps = fc.tuple(alone, together).map(([one, many]) => [...one, ...many]);
    await fc.assert(fc.asyncProperty(steps, fc.nat(40), play), { numRuns: RUNS, endOnFailure: true });
    expect([...changed]).toEqual(expect.arrayContaining([DECISION, PERSON, AGENT]));
  });

  it('is read anew after a fact of its board only, and its cursor moves on without one', async () => {
    const [one, elsewhere] = [await openBoard(), await openBoard()];
    const kept = createKeptSnapshots(MANY_CHARS);
    const ctx = systemContext(app.platform, app.owner.orgId);
    await one.change(TASK, 1);
    await getBoardSnapshot(ctx, one.boardId, kept);
    const first = kept.find(one.boardId, at);
    await elsewhere.change(TASK, 1);
    await getBoardSnapshot(ctx, one.boardId, kept);
    const second = kept.find(one.boardId, at);
    expect(second?.readAt).toBe(first?.readAt);
    expect(BigInt(second?.view.tx ?? 0)).toBeGreaterThan(BigInt(first?.view.tx ?? 0));
    await one.change(TASK, 2);
    at += 1;
    await getBoardSnapshot(ctx, one.boardId, kept);
    expect(kept.find(one.boardId, at)?.readAt).toBe(at);
  });

  it('makes place for others when texts together are too long, the least recently used first', () => {
    const kept = createKeptSnapshots(10);
    const make = (text: string) => ({ text, names: {}, view: { tx: '1' }, readAt: 0, until: 5 });
    const keep = (id: string) => kept.keep(id, kept.find(id, 1) ?? make('12345'));
    for (const id of ['a', 'b', 'a', 'c']) keep(id);
    expect(['a', 'b', 'c'].filter((id) => kept.find(id, 1))).toEqual(['a', 'c']);
    kept.keep('d', make('longer than all of it'));
    expect(['a', 'c', 'd'].filter((id) => kept.find(id, 1))).toEqual([]);
    keep('e');
    expect([kept.find('e', 4)?.text, kept.find('e', 5)]).toEqual(['12345', undefined]);
  });
});
