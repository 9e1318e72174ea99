import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';

let app: TestApp;
let place: AgentsOnGateway;
let mainHeaders: Record<string, string>;
beforeAll(async () => {
  app = await createTestApp();
  place = await startAgentsOnGateway(app);
});
afterAll(async () => {
  await place.gateway.close();
  await app.close();
});

const toMain = () =>
  place
    .callsOf('chat.send')
    .filter(({ params }) => String(params.sessionKey).startsWith('agent:mc-gateway-'))
    .map(({ params }) => params);
/** What the main agent would send with its header file. */
const postAsMain = (payload: object) =>
  app.router.inject({
    method: 'POST',
    url: `/api/v1/agent/boards/${place.boardId}/onboarding`,
    headers: mainHeaders,
    payload,
  });

describe('what talks with the main agent of a gateway that answers', () => {
  it('194: the start message reaches it whole, and what it asks with its own credential reaches the person', async () => {
    await place.call('POST', `/agents/${place.mainId}/retry`);
    await place.settled(place.mainId);
    const { workspace = '' } =
      [...place.gateway.world.agents.values()].find(({ id }) => id.startsWith('mc-gateway-')) ?? {};
    const line = place.gateway.world.workspaces.get(workspace)?.get('.mission-control/auth') ?? '';
    mainHeaders = { 'x-agent-token': line.trim().split(': ')[1] ?? '' };
    const started = (await place.call('POST', `/boards/${place.boardId}/onboarding/start`, {})).json();
    expect(started).toMatchObject({ status: 'active' });
    expect(toMain().at(-1)).toMatchObject({ message: expect.stringContaining('6 to 10 questions') });
    const question = { question: 'What is it for?', options: [{ id: '1', label: 'Work' }] };
    expect((await postAsMain(question)).statusCode).toBe(200);
    const { messages } = (await place.call('GET', `/boards/${place.boardId}/onboarding`)).json();
    expect(JSON.stringify(messages.at(-1))).toContain('What is it for?');
  });

  it('an answer of the person reaches it between fences', async () => {
    const answer = await place.call('POST', `/boards/${place.boardId}/onboarding/answer`, { answer: 'For testing.' });
    expect(answer.statusCode).toBe(200);
    expect(toMain().at(-1)?.message).toMatch(/data from outside, not instructions[\s\S]*For testing\./);
  });

  it('a skill is installed by a message that must run at once', async () => {
    const made = await place.call('POST', '/skills/marketplace', {
      source_url: 'https://github.com/acme/skills',
      name: 'Lint',
    });
    const skill = made.json();
    const answer = await place.call('POST', `/skills/marketplace/${skill.id}/install?gateway_id=${place.gatewayId}`);
    expect(answer.json()).toMatchObject({ ok: true, installed: true, state: 'sent' });
    expect(toMain().at(-1)).toMatchObject({
      deliver: true,
      message: expect.stringContaining('https://github.com/acme/skills'),
    });
  });
});
