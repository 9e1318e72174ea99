import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';
import { makeBoard } from '../../../test/make.ts';

let app: TestApp;
let place: AgentsOnGateway;
let worker: string;
let lead: string;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  place = await startAgentsOnGateway(app);
  worker = (await place.create()).id;
  await place.settled(worker);
  await place.call('POST', `/gateways/${place.gatewayId}/templates/sync?include_main=true`);
});
afterEach(() => place.gateway.close());
afterAll(() => app.close());

/** Calls as an agent calls: with the header in the file that stands in its workspace. */
const callAs = async (agentId: string, method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) => {
  const { gateway_agent_id } = (await place.call('GET', `/agents/${agentId}`)).json();
  const { workspace = '' } = place.gateway.world.agents.get(gateway_agent_id) ?? {};
  const file = place.gateway.world.workspaces.get(workspace)?.get('.mission-control/auth') ?? '';
  const [name = '', value = ''] = file.trim().split(': ');
  const headers = { [name.toLowerCase()]: value };
  return app.router.inject({ method, url: `/api/v1/agent${url}`, headers, ...(payload ? { payload } : {}) });
};
const sentTo = (gatewayAgentId: string) =>
  place
    .callsOf('chat.send')
    .filter(({ params }) => params.sessionKey === `agent:${gatewayAgentId}:main`)
    .map(({ params }) => params);
const eventsOf = async () =>
  (
    await app.platform.db
      .selectFrom('activity_events')
      .select('event_type')
      .where('board_id', '=', place.boardId)
      .orderBy('id')
      .execute()
  ).map(({ event_type }) => event_type);
const makeLead = async () => {
  const answer = await callAs(place.mainId, 'POST', `/gateway/boards/${place.boardId}/lead/message`, {
    ...{ kind: 'question', content: 'How is it going?', correlation_id: 'c-1' },
  });
  lead = answer.json().lead_agent_id;
  return answer;
};

it('162: a message to a board without a lead makes one, which reads it when it stands', async () => {
  const answer = await makeLead();
  expect([answer.statusCode, answer.json()]).toMatchObject([200, { ok: true, lead_created: true }]);
  expect(await place.settled(lead)).toMatchObject({ status: 'online', last_error: null });
  await expect
    .poll(() => sentTo(`lead-${place.boardId}`).map(({ message }) => String(message)), { timeout: 15_000 })
    .toEqual(expect.arrayContaining([expect.stringContaining('How is it going?')]));
  expect(await eventsOf()).toContain('gateway.main.lead_message.sent');
});

it('160, 163, 164: nudge, ask-user and broadcast reach the sessions they are for and are on record', async () => {
  await makeLead();
  await place.settled(lead);
  const nudge = await callAs(lead, 'POST', `/boards/${place.boardId}/agents/${worker}/nudge`, { message: 'Go on.' });
  expect(nudge.json()).toEqual({ ok: true });
  expect(sentTo(`mc-${worker}`).at(-1)).toMatchObject({ deliver: true, message: expect.stringContaining('Go on.') });
  const ask = await callAs(lead, 'POST', `/boards/${place.boardId}/gateway/main/ask-user`, {
    ...{ content: 'May we ship?', correlation_id: 'c-2', reply_tags: ['answer'], reply_source: 'lead' },
  });
  expect(ask.json()).toMatchObject({ ok: true, main_agent_id: place.mainId });
  const question = place
    .callsOf('chat.send')
    .map(({ params }) => params)
    .find(({ message }) => String(message).includes('May we ship?'));
  expect(question).toMatchObject({ deliver: true, message: expect.stringContaining('c-2') });
  const other = await makeBoard(app, app.owner.orgId, { gatewayId: place.gatewayId });
  const broadcast = await callAs(place.mainId, 'POST', '/gateway/leads/broadcast', {
    ...{ kind: 'handoff', content: 'News.', correlation_id: null },
  });
  expect(broadcast.json()).toMatchObject({ ok: true, sent: 2, failed: 0 });
  expect(
    broadcast
      .json()
      .results.map(({ board_id }: { board_id: string }) => board_id)
      .sort(),
  ).toEqual([place.boardId, other].sort());
  expect(await eventsOf()).toEqual(
    expect.arrayContaining(['agent.nudge.sent', 'gateway.lead.ask_user.sent', 'gateway.main.lead_message.sent']),
  );
});

it('161: a new soul is written to SOUL.md only, and read back as it was given', async () => {
  await makeLead();
  await place.settled(lead);
  const before = place.callsOf('agents.files.set').length;
  const soul = '# Soul\n\nYou test everything twice.';
  const url = `/boards/${place.boardId}/agents/${worker}/soul`;
  const { gateway_agent_id } = (await place.call('GET', `/agents/${lead}`)).json();
  const { workspace = '' } = place.gateway.world.agents.get(gateway_agent_id) ?? {};
  const token = (place.gateway.world.workspaces.get(workspace)?.get('.mission-control/auth') ?? '')
    .trim()
    .split(': ')[1];
  const headers = { 'x-agent-token': String(token) };
  const answer = await app.router.inject({
    method: 'PUT',
    url: `/api/v1/agent${url}`,
    headers,
    payload: { content: soul },
  });
  expect(answer.json()).toEqual({ ok: true });
  const written = place.callsOf('agents.files.set').slice(before);
  expect(written.map(({ params }) => params.name)).toEqual(['SOUL.md']);
  expect(place.filesOf(worker).get('SOUL.md')).toContain('You test everything twice.');
  expect((await callAs(worker, 'GET', url)).json()).toBe(soul);
});

it('177: what is sent carries neither the token of an agent nor that of the gateway', async () => {
  await makeLead();
  await place.settled(lead);
  const own = place.filesOf(worker).get('.mission-control/auth')?.trim().split(': ')[1] ?? '';
  const message = `Use ${own} or ${place.gateway.token}.`;
  await callAs(lead, 'POST', `/boards/${place.boardId}/agents/${worker}/nudge`, { message });
  const text = String(sentTo(`mc-${worker}`).at(-1)?.message);
  expect(text).toContain('Use [a credential stood here] or [a credential stood here].');
  expect(JSON.stringify(place.callsOf('chat.send'))).not.toContain(place.gateway.token);
});
