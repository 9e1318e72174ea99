import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeAgent, makeOrganization, makeProcess } from '../../../test/make.ts';

let app: TestApp;
let worker: EnrolledProcess;
const schema = { type: 'object', properties: { id: { type: 'string' } } };
beforeAll(async () => {
  app = await createTestApp();
  const tools = [
    { name: 'crm/note', side_effect: 'idempotent_write', schema },
    { name: 'crm/read', side_effect: 'read' },
  ];
  worker = await makeProcess(app, 'clerk', { tools });
});
afterAll(() => app.close());

const url = () => `/api/v1/agents/${worker.agentId}/tool-overrides`;
const send = (method: 'GET' | 'PUT' | 'DELETE', payload?: object, query = '') =>
  app.router.inject({ method, url: `${url()}${query}`, headers: app.owner.headers, ...(payload ? { payload } : {}) });
const list = async () => (await send('GET')).json().items;
const readBundle = async () => {
  const { headers } = worker;
  return (await app.router.inject({ url: `/api/v1/agents/${worker.agentId}/bundle`, headers })).json();
};
const declareAgain = (tools: object[]) =>
  app.router.inject({
    method: 'POST',
    url: `/api/v1/agents/${worker.agentId}/versions`,
    headers: app.owner.headers,
    payload: { manifest: { tools }, activate: true },
  });

describe('what a person says of a tool', () => {
  it('counts over the declaration in the next bundle, is audited, and can be taken back', async () => {
    const before = await readBundle();
    const data = { write: ['crm'] };
    const set = await send('PUT', {
      tool: 'crm/note',
      side_effect: 'non_idempotent',
      data,
      reason: 'It writes twice.',
    });
    expect(set.json()).toMatchObject({
      ...{ tool: 'crm/note', declared_side_effect: 'idempotent_write', side_effect: 'non_idempotent', data },
      override: { is_suspended: false, reason: 'It writes twice.', set_by: { kind: 'user' } },
    });
    const after = await readBundle();
    expect(after.bundle).toBeGreaterThan(before.bundle);
    expect(after.capability.tools).toMatchObject([{ name: 'crm/note', side_effect: 'non_idempotent', data }, {}]);
    await send('PUT', { tool: 'crm/read', is_denied: true, reason: 'Not this one.' });
    expect((await readBundle()).capability.tools).toHaveLength(1);
    expect(await list()).toMatchObject([{}, { tool: 'crm/read', side_effect: null, override: { is_denied: true } }]);
    const facts = await app.platform.db.selectFrom('events').select('data').where('type', '=', 'agent.tool_overridden');
    expect(await facts.execute()).toHaveLength(2);

    expect((await send('DELETE', undefined, '?tool=crm%2Fread')).statusCode).toBe(200);
    expect((await readBundle()).capability.tools).toHaveLength(2);
    expect((await send('DELETE', undefined, '?tool=crm%2Fread')).json().code).toBe('tool_override.not_found');
  });

  it('is suspended when the arguments are declared otherwise: then only what is stricter counts', async () => {
    await send('PUT', { tool: 'crm/note', side_effect: 'read', reason: 'It only looks.' });
    expect(await list()).toMatchObject([{ side_effect: 'read' }, {}]);
    const made = await declareAgain([
      { name: 'crm/note', side_effect: 'idempotent_write', schema: { type: 'object' } },
    ]);
    const active = { active_version_id: made.json().id };
    await app.platform.db.updateTable('agents').set(active).where('id', '=', worker.agentId).execute();
    expect(await list()).toMatchObject([{ side_effect: 'idempotent_write', override: { is_suspended: true } }]);
    await send('PUT', { tool: 'crm/note', side_effect: 'non_idempotent', reason: 'It writes.' });
    expect(await list()).toMatchObject([{ side_effect: 'non_idempotent', override: { is_suspended: false } }]);
  });

  it('is about a tool that is declared, by an agent of the organization, and says something', async () => {
    const reason = 'So.';
    expect((await send('PUT', { tool: 'no/such', side_effect: 'read', reason })).json().code).toBe('tool.not_found');
    expect((await send('PUT', { tool: 'crm/note', reason })).json().code).toBe('request.invalid');
    const other = await makeAgent(app, await makeOrganization(app));
    const elsewhere = { url: `/api/v1/agents/${other}/tool-overrides`, headers: app.owner.headers };
    expect((await app.router.inject(elsewhere)).json().code).toBe('agent.not_found');
    const foreign = { ...elsewhere, payload: { tool: 'x', side_effect: 'read', reason } };
    expect((await app.router.inject({ ...foreign, method: 'PUT' })).json().code).toBe('agent.not_found');
  });
});
