import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeServiceKey } from '../../../test/make.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const POLICY = `version: 1
name: old-readers
mode: enforce
scope: { agent: reader }
rules:
  - { id: no-shell, tools: { deny: [shell] } }
  - { id: cap, limits: { per: run, tokens: 5000, on_exceed: block } }
tests:
  - { name: shell, given: { tool: shell }, expect: { decision: block } }
`;

it('a process is not sent rules of kinds that it says it cannot read, and is shown as partly governed', async () => {
  const { headers } = app.owner;
  const send = (method: 'GET' | 'POST', url: string, payload?: object) =>
    app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
  const key = await makeServiceKey(app);
  const enrol = async (capabilities: object) => {
    const answer = await app.router.inject({
      ...{ method: 'POST', url: '/api/v1/agents/enroll', headers: { authorization: `Bearer ${key}` } },
      payload: {
        producer: newId(),
        capabilities,
        agents: [{ slug: 'reader', manifest: { tools: [{ name: 'shell' }] } }],
      },
    });
    const [bundle] = answer.json().bundles;
    return { id: bundle.agent_id, rules: bundle.policies.flatMap(({ rules }: { rules: { id: string }[] }) => rules) };
  };
  await enrol({});
  const { id } = (await send('POST', '/policies', { source: POLICY })).json();
  const activated = await send('POST', `/policies/${id}/activate`, { version: 1, acknowledge_unobserved: true });
  expect(activated.statusCode, activated.body).toBe(200);

  expect((await enrol({})).rules).toHaveLength(2);
  expect((await enrol({ rule_kinds: ['tools', 'limits'] })).rules).toHaveLength(2);
  const old = await enrol({ rule_kinds: ['tools'] });
  expect(old.rules).toMatchObject([{ id: 'no-shell' }]);
  const { producers } = (await send('GET', `/agents/${old.id}`)).json();
  const unread = producers.map(({ unread_rules }: { unread_rules: string[] }) => unread_rules.join());
  expect(unread.toSorted()).toEqual(['', '', '', 'limits']);
});
