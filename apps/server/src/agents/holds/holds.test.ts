import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';

let app: TestApp;
let place: AgentsOnGateway;
let id: string;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  place = await startAgentsOnGateway(app);
  ({ id } = await place.create());
  await place.settled(id);
});
afterEach(() => place.gateway.close());
afterAll(() => app.close());

const act = (action: string, more: object = {}) =>
  place.call('POST', `/agents/${id}/${action}`, { reason: 'because', ...more });
const session = () => place.gateway.world.sessions.get(`agent:mc-${id}:main`);
const texts = () =>
  place
    .callsOf('chat.send')
    .filter(({ params }) => String(params.sessionKey).includes(id))
    .map(({ params }) => String(params.message));
const nudge = () => place.call('POST', `/agents/${id}/wake`);

it('a pause tells the agent and holds what is for it until it goes on, in order', async () => {
  await expect.poll(() => texts().length).toBe(1);
  await act('pause');
  await expect.poll(() => texts().at(-1)).toBe('/pause');
  await nudge();
  expect(await place.findJob(id, 'gateway.send')).toMatchObject({ state: 'queued', waits_for: `pause:${id}` });
  await act('resume');
  await expect
    .poll(() =>
      texts()
        .slice(2)
        .map((text) => text.split('.')[0]),
    )
    .toEqual(['Wake up', '/resume']);
});

it('a hard pause ends what runs and forbids commands; going on restores what the session might', async () => {
  const ours = session();
  if (ours) ours.permissionMode = 'guarded';
  await act('pause', { hard: true });
  await expect.poll(() => session()?.permissionMode).toBe('read-only');
  await expect.poll(() => place.callsOf('sessions.abort').length).toBe(1);
  // It outlives a gateway that forgot it.
  if (ours) ours.permissionMode = undefined;
  await place.call('PATCH', `/agents/${id}?force=true`, {});
  await place.settled(id);
  expect(session()?.permissionMode).toBe('read-only');
  await act('resume');
  await expect.poll(() => session()?.permissionMode).not.toBe('read-only');
});
