import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeAgent, makeOrganization, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { reportDrift } from './declarations.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const FIND = { type: 'object', properties: { limit: { type: 'integer' } } };
const get = (path: string) => app.router.inject({ url: `/api/v1${path}`, headers: app.owner.headers });

it('an agent that does what it has not declared is told of, with a version that declares it', async () => {
  const manifest = {
    tools: [
      { name: 'docs/read', side_effect: 'read' },
      { name: 'docs/old' },
      { name: 'db/find', side_effect: 'read', schema: FIND },
    ],
    data_stores: [{ name: 'db:customers' }],
    models_allowed: ['anthropic/*'],
  };
  const worker = await makeProcess(app, 'drifter', manifest);
  await makeProcess(app, 'helper');
  const run = makeRun(new Date(), 'drifter');
  const answer = await report(app, worker, [
    run.start(),
    run.tool(),
    run.tool({ name: 'mail/send', key: 'tool:mail/send#9' }),
    run.tool({ name: 'db/find', key: 'tool:db/find#9', data: { read: ['db:customers'], write: ['db:audit'] } }),
    run.tool({ name: 'db/find', key: 'tool:db/find#10', in: { v: { limit: 'all' } } }),
    run.call(),
    run.end(),
  ]);
  expect(answer.answer).toMatchObject({ rejected: [] });
  const drift = (await get(`/agents/${worker.agentId}/drift`)).json();
  expect(drift.version_id).toBe(worker.versionId);
  expect(drift.items.map(({ kind, name, count }: Record<string, unknown>) => `${kind} ${name} ${count}`)).toEqual([
    ...['tool_unused docs/old 0', 'tool_undeclared mail/send 1', 'side_effect db/find 1', 'arguments db/find 1'],
    ...['store_undeclared db:audit 1', 'model_undeclared openai/gpt-4o 1'],
  ]);
  expect(drift.items[1]).toMatchObject({ example_run_id: run.id, last_seen_at: expect.stringMatching(/Z$/) });

  const created = await app.router.inject({
    ...{ method: 'POST', url: `/api/v1/agents/${worker.agentId}/versions`, headers: app.owner.headers },
    payload: drift.proposal,
  });
  expect(created.statusCode).toBe(201);
  const after = (await get(`/agents/${worker.agentId}/drift`)).json();
  expect(after).toMatchObject({
    version_id: created.json().id,
    items: [{ kind: 'tool_unused' }, { kind: 'arguments' }],
    proposal: null,
  });
});

it('is told of nightly, for agents that do more than they declare', async () => {
  const [quiet, loud] = [await makeProcess(app, 'quiet'), await makeProcess(app, 'loud')];
  for (const [worker, slug, name] of [
    [quiet, 'quiet', 'docs/read'],
    [loud, 'loud', 'shell/run'],
  ] as const) {
    const run = makeRun(new Date(), slug);
    await report(app, worker, [run.start(), run.tool({ name, key: `tool:${name}#9` }), run.end()]);
  }
  await reportDrift(app.platform);
  const facts = await app.platform.db
    .selectFrom('events')
    .select('data')
    .where('type', '=', 'agent.declarations_drifted')
    .where('subject_id', 'in', [quiet.agentId, loud.agentId])
    .execute();
  expect(facts.map(({ data }) => data)).toMatchObject([{ agent_id: loud.agentId, total: 1 }]);
});

it('of an agent of another organization, or none, is not found', async () => {
  const foreign = await makeAgent(app, await makeOrganization(app));
  for (const id of [foreign, newId()]) expect((await get(`/agents/${id}/drift`)).json().code).toBe('agent.not_found');
});
