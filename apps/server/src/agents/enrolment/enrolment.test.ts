import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeProcess, makeServiceKey } from '../../../test/make.ts';

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await createTestApp();
  key = await makeServiceKey(app);
});
afterAll(() => app.close());

const enrol = (payload: Record<string, unknown>, token = key) =>
  app.router.inject({
    method: 'POST',
    url: '/api/v1/agents/enroll',
    headers: { authorization: `Bearer ${token}` },
    payload,
  });
const one = (agent: Record<string, unknown>, producer = newId()) => ({ producer, agents: [agent] });
const tools = (...names: string[]) => ({ tools: names.map((name) => ({ name, side_effect: 'read' })) });

describe('enrolment', () => {
  it('makes the agent and its first version, and answers a token and a bundle', async () => {
    const answer = await enrol(
      one({ slug: 'first', name: 'First', framework: 'langgraph-js', manifest: tools('a/b') }),
    );
    expect(answer.statusCode).toBe(200);
    const body = answer.json();
    expect(body.token).toMatch(/^mca_/);
    expect(body.agents).toMatchObject([
      { slug: 'first', version: 1, created: true, version_created: true, active: true },
    ]);
    expect(body.bundles).toMatchObject([
      { agent_slug: 'first', control: { state: 'active' }, capability: { mode: 'enforce', tools: [{ name: 'a/b' }] } },
    ]);
    const facts = await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('subject_id', '=', body.agents[0].agent_id)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(['version.created', 'version.activated', 'agent.created']);
  });

  it('is idempotent by producer: the new token works and the old one is void', async () => {
    const request = one({ slug: 'again', manifest: tools('a') });
    const first = (await enrol(request)).json();
    const second = (await enrol(request)).json();
    expect(second.agents).toMatchObject([{ created: false, version_created: false, version: 1 }]);
    const tokens = await app.platform.db
      .selectFrom('agent_tokens')
      .select('id')
      .where('producer_id', '=', request.producer)
      .execute();
    expect(tokens).toHaveLength(1);
    const url = `/api/v1/agents/${second.agents[0].agent_id}/bundle`;
    const bundle = (token: string) => app.router.inject({ url, headers: { authorization: `Bearer ${token}` } });
    expect((await bundle(first.token)).statusCode).toBe(401);
    expect((await bundle(second.token)).statusCode).toBe(200);
  });

  it('makes a version when the content changes and none when it does not', async () => {
    const slug = 'changes';
    const versions = [];
    for (const manifest of [tools('a'), tools('a'), tools('a', 'b'), tools('a')])
      versions.push((await enrol(one({ slug, manifest }))).json().agents[0]);
    expect(versions.map(({ version, version_created }) => [version, version_created])).toEqual([
      [1, true],
      [1, false],
      [2, true],
      [1, false],
    ]);
    expect(versions[3].active).toBe(false);
  });

  it('reports keys it does not know, and parents that are not there yet', async () => {
    const { warnings } = (
      await enrol(one({ slug: 'odd', manifest: { tools: [], shiny: 1 }, parents: ['nobody'] }))
    ).json().agents[0];
    expect(warnings).toEqual([expect.stringContaining('/shiny'), expect.stringContaining('nobody')]);
  });

  it.each([
    [{ tools: [{ name: '' }] }, '/agents/0/manifest/tools/0/name'],
    [{ tools: [{ name: 'a', side_effect: 'bad' }] }, '/agents/0/manifest/tools/0/side_effect'],
    [{ tools: [{ name: 'a' }, { name: 'a' }] }, '/agents/0/manifest/tools/1/name'],
  ])('answers a wrong manifest with 422 and where', async (manifest, pointer) => {
    const answer = await enrol(one({ slug: 'wrong', manifest }));
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'manifest.invalid',
      detail: [{ pointer, message: expect.any(String), suggestion: expect.any(String) }],
    });
  });

  it('refuses a key without the scope, a slug outside its globs, a retired agent, two agents of one name', async () => {
    const readOnly = await makeServiceKey(app, { scopes: ['read'] });
    expect((await enrol(one({ slug: 'x', manifest: {} }), readOnly)).json().code).toBe('service_key.scope');
    const narrow = await makeServiceKey(app, { agent_slugs: ['team-*'] });
    expect((await enrol(one({ slug: 'other', manifest: {} }), narrow)).json().code).toBe('service_key.slug_denied');
    expect((await enrol(one({ slug: 'team-a', manifest: {} }), narrow)).statusCode).toBe(200);
    const { agentId } = await makeProcess(app, 'old');
    const url = `/api/v1/agents/${agentId}/retire`;
    await app.router.inject({ method: 'POST', url, headers: app.owner.headers, payload: { reason: 'replaced' } });
    const retired = await enrol(one({ slug: 'old', manifest: {} }));
    expect([retired.statusCode, retired.json().code]).toEqual([409, 'agent.retired']);
    const twice = {
      producer: newId(),
      agents: [
        { slug: 'a', manifest: {} },
        { slug: 'a', manifest: {} },
      ],
    };
    expect((await enrol(twice)).statusCode).toBe(422);
  });

  it('survives the same crew enrolling many times at once', async () => {
    const crew = ['c3', 'c1', 'c2'].map((slug) => ({ slug, manifest: tools(slug) }));
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => enrol({ producer: newId(), agents: i % 2 ? crew : crew.toReversed() })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(new Array(12).fill(200));
    const versions = await app.platform.db
      .selectFrom('agents')
      .select('slug')
      .where('slug', 'in', ['c1', 'c2', 'c3'])
      .execute();
    expect(versions).toHaveLength(3);
  });

  it('gives the bundle anew only when it changed', async () => {
    const { agentId, headers } = await makeProcess(app, 'cached');
    const url = `/api/v1/agents/${agentId}/bundle`;
    const { etag } = (await app.router.inject({ url, headers })).headers;
    const again = () => app.router.inject({ url, headers: { ...headers, 'if-none-match': String(etag) } });
    expect((await again()).statusCode).toBe(304);
    const pause = { method: 'POST', url: `/api/v1/agents/${agentId}/pause`, headers: app.owner.headers } as const;
    await app.router.inject({ ...pause, payload: { reason: 'careful' } });
    expect((await again()).json()).toMatchObject({ control: { state: 'paused', reason: 'careful' } });
  });

  it('gives a process the bundles of its own agents only', async () => {
    const mine = await makeProcess(app, 'mine');
    const theirs = await makeProcess(app, 'theirs');
    const answer = await app.router.inject({ url: `/api/v1/agents/${theirs.agentId}/bundle`, headers: mine.headers });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'agent.not_found']);
    expect((await app.router.inject({ url: '/api/v1/agents', headers: mine.headers })).statusCode).toBe(403);
  });
});
