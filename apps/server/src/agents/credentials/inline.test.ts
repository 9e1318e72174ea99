import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';

let app: TestApp;
let place: AgentsOnGateway;
beforeAll(async () => {
  app = await createTestApp();
});
afterEach(() => place.gateway.close());
afterAll(() => app.close());

const tokenOf = (agentId: string) => /mca_[\w-]+/.exec(place.filesOf(agentId).get('AGENTS.md') ?? '')?.[0] ?? '';
const whoIs = (token: string) =>
  app.router.inject({ url: '/api/v1/agent/healthz', headers: { 'x-agent-token': token } });
const read = async (agentId: string) => (await place.call('GET', `/agents/${agentId}`)).json();

it('a gateway that keeps no secrets gets credentials into AGENTS.md, once an admin allows it, and nowhere else', async () => {
  place = await startAgentsOnGateway(app, { without: ['cron.add', 'secrets.store.set', 'sessions.files.set'] });
  const { id } = await place.create();
  expect(await place.settled(id)).toMatchObject({
    ...{ has_token: false, credential_mode: null },
    last_error: { code: 'gateway.credential_refused', message: expect.stringContaining('credential_delivery') },
  });
  await app.platform.db
    .updateTable('gateways')
    .set({ credential_delivery: 'inline' })
    .where('id', '=', place.gatewayId)
    .execute();
  await place.call('POST', `/agents/${id}/retry`);
  expect(await place.settled(id)).toMatchObject({ last_error: null, has_token: true, credential_mode: 'inline' });
  const first = tokenOf(id);
  expect((await whoIs(first)).json()).toMatchObject({ agent_id: id });

  const versions = await app.platform.db.selectFrom('agent_files').select('content').execute();
  const jobs = await app.platform.db.selectFrom('work_jobs').selectAll().execute();
  const events = await app.platform.db.selectFrom('events').select('data').execute();
  expect(JSON.stringify([versions, jobs, events, await read(id)])).not.toContain(first);
  const elsewhere = [...place.filesOf(id)].filter(([name]) => name !== 'AGENTS.md');
  expect(JSON.stringify([elsewhere, place.callsOf('chat.send')])).not.toContain(first);

  // A change keeps the token, a rotation puts another one there; the one before serves a while.
  await place.call('PATCH', `/agents/${id}`, { name: 'Lovelace' });
  await place.settled(id);
  expect(place.filesOf(id).get('AGENTS.md')).toContain('Lovelace');
  expect(tokenOf(id)).toBe(first);
  await place.call('POST', `/agents/${id}/token/rotate`);
  await expect.poll(() => tokenOf(id), { timeout: 20_000 }).not.toBe(first);
  await place.settled(id);
  for (const token of [first, tokenOf(id)]) expect((await whoIs(token)).json()).toMatchObject({ agent_id: id });
});
