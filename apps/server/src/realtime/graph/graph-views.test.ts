import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchHealth } from '#server/telemetry/health/health.jobs.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeAgent, makeBoard, makeMember, makeProcess } from '../../../test/make.ts';
import { openStream, type SseMessage } from '../../../test/sse.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  await app.router.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

interface Node {
  id: string;
  kind: string;
  slug: string | null;
  health: string;
}
const nodesOf = ({ data }: SseMessage) => data.nodes as Node[];
const isSnapshot = ({ event }: SseMessage) => event === 'snapshot';

it('tells a graph whole, then what changes, in a chain of revisions', async () => {
  const { agentId } = await makeProcess(app, 'seen');
  const stream = await openStream(app, '/stream?topics=graph');
  const snapshot = await stream.find(isSnapshot);
  expect(nodesOf(snapshot)).toMatchObject([{ id: agentId, kind: 'agent', slug: 'seen', health: 'grey' }]);
  await watchHealth(app.platform);
  const change = await stream.find(({ event }) => event === 'graph');
  expect(change.data).toMatchObject({ topic: 'graph', nodes: { set: { [agentId]: { health: 'green' } } } });
  expect(change.data.base).toBe(snapshot.data.rev);
  const added = await makeAgent(app, app.owner.orgId, 'added');
  const news = await stream.find(({ data }) => (data.nodes as { add?: Node[] }).add?.[0]?.id === added);
  expect(news.data.base).toBe(change.data.rev);
  stream.close();
});

it('shows agents of boards that one may not read as one node without a name', async () => {
  const [open, closed] = [await makeBoard(app, app.owner.orgId), await makeBoard(app, app.owner.orgId)];
  for (const [slug, board_id] of [
    ['open', open],
    ['secret', closed],
    ['hidden', closed],
  ] as const) {
    const id = await makeAgent(app, app.owner.orgId, slug);
    await app.platform.db.updateTable('agents').set({ board_id }).where('id', '=', id).execute();
  }
  const admin = await makeMember(app, app.owner.orgId, { role: 'admin', boards: { [open]: 'read' } });
  const stream = await openStream(app, '/stream?topics=graph:window=1h', admin.headers);
  const snapshot = await stream.find(isSnapshot);
  const names = nodesOf(snapshot).map(({ slug, kind }) => slug ?? kind);
  expect(names).toEqual(expect.arrayContaining(['open', 'restricted']));
  expect(names.filter((name) => name === 'restricted')).toHaveLength(1);
  expect(JSON.stringify(snapshot.data)).not.toMatch(/secret|hidden/);
  stream.close();
});

it('refuses a graph that cannot be asked for', async () => {
  for (const topic of ['graph:window=1y', 'graph:at=2026-01-01T00:00:00Z', 'graph:x=1'])
    await expect(openStream(app, `/stream?topics=${encodeURIComponent(topic)}`)).rejects.toThrow('request.invalid');
});
