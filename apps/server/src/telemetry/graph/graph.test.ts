import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { createEdgeSummer } from './edges/edges.jobs.ts';
import type { Graph, GraphEdge } from './graph.schema.ts';

let app: TestApp;
let caller: EnrolledProcess;
let callee: EnrolledProcess;
beforeAll(async () => {
  app = await createTestApp();
  callee = await makeProcess(app, 'callee', { tools: [{ name: 'docs/read' }] });
  caller = await makeProcess(app, 'caller', { tools: [], subagents: ['callee'] });
});
afterAll(() => app.close());

const readGraph = async (query = '', headers: Record<string, string> = app.owner.headers): Promise<Graph> => {
  const answer = await app.router.inject({ url: `/api/v1/graph${query}`, headers });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};
const edgeOf = ({ edges }: Graph, from: EnrolledProcess, to: EnrolledProcess): GraphEdge | undefined =>
  edges.find((edge) => edge.from === from.agentId && edge.to === to.agentId);

/** Calls of the callee, each with so many tries again; the child is told of before its parent. */
async function call(times: number, { retries = 0, status = 'ok', fields = {} } = {}): Promise<void> {
  const parent = makeRun(new Date(), 'caller');
  const parentStart = parent.start();
  for (let i = 0; i < times; i++) {
    const child = makeRun(new Date(), 'callee');
    const tries = Array.from({ length: retries + 1 }, (_, attempt) =>
      child.tool({ key: 'tool:docs/read#0', attempt: attempt + 1, status: attempt < retries ? 'error' : 'ok' }),
    );
    const start = child.start({ parent: { run: parent.id, step: 'subagent:callee#1' }, ...fields });
    await report(app, callee, [start, ...tries, child.end({ status })]);
  }
  await report(app, caller, [parentStart, parent.end()]);
}

it('shows a declared edge before it is used, then its calls, tries and colour against what is usual', async () => {
  expect(edgeOf(await readGraph(), caller, callee)).toMatchObject({ provenance: 'declared', status: 'grey', calls: 0 });
  await call(6);
  const { closeRuns } = await import('../closing/closing.jobs.ts');
  await closeRuns(app.platform);
  const sum = createEdgeSummer();
  await sum(app.platform);
  await sum(app.platform);
  const quiet = await readGraph('?include=tools');
  expect(edgeOf(quiet, caller, callee)).toMatchObject({
    ...{ provenance: 'both', calls: 6, errors: 0, attempts_per_call: 1, base_attempts: 1.1, status: 'green' },
  });
  expect(quiet.nodes.find(({ id }) => id === 'tool:docs/read')).toMatchObject({ kind: 'tool', slug: 'docs/read' });
  await call(6, { retries: 3 });
  await sum(app.platform);
  expect(edgeOf(await readGraph(), caller, callee)).toMatchObject({
    calls: 12,
    attempts_per_call: 2.5,
    status: 'amber',
  });
});
