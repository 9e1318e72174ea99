import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../../test/gateway/agents-on-gateway.ts';
import { makeMember } from '../../../../test/make.ts';

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

const textOf = (name: string) => place.filesOf(id).get(name) ?? '';
/** Somebody writes the whole file at the gateway; ours is merged in by the next pass. */
const edit = async (name: string, text: string): Promise<number> => {
  place.filesOf(id).set(name, text);
  await place.call('PATCH', `/agents/${id}?force=true`, {});
  await place.settled(id);
  return waiting(name);
};
const waiting = async (name: string) => {
  const { items } = (await place.call('GET', `/agents/${id}/files`)).json();
  return items.find((file: { name: string }) => file.name === name).undecided_version_no;
};
const decide = (name: string, version_no: number, decision: string) =>
  place.call('POST', `/agents/${id}/files/${name}/decision`, { version_no, decision });

it('a text that was found in a soul is taken over, word by word, and is the only one from then on', async () => {
  expect(await waiting('SOUL.md')).toBeNull();
  const version = await edit('SOUL.md', 'Be bold, {{ friend }}.');
  expect(textOf('SOUL.md')).toMatch(/^Be bold, \{\{ friend \}\}\.\n\n<!-- mission-control:begin/);
  expect((await decide('SOUL.md', version + 1, 'take_over')).json().code).toBe('agent.file_decided');
  expect((await decide('SOUL.md', version, 'take_over')).json()).toMatchObject({ lifecycle_state: 'pending' });
  expect(await place.settled(id)).toMatchObject({ last_error: null });
  expect(textOf('SOUL.md').replace(/<!--.*?-->\n/g, '')).toBe('Be bold, {{ friend }}.\n');
  expect(await waiting('SOUL.md')).toBeNull();
  expect((await decide('SOUL.md', version, 'keep')).json().code).toBe('agent.file_decided');
  const versions = (await place.call('GET', `/agents/${id}/files/SOUL.md/versions`)).json().items;
  expect(versions).toContainEqual(
    expect.objectContaining({
      version_no: version,
      found: true,
      decision: 'take_over',
      content: 'Be bold, {{ friend }}.',
    }),
  );
  const line = await app.platform.db
    .selectFrom('activity_events')
    .select('message')
    .where('event_type', '=', 'agent.file_decided')
    .where('agent_id', '=', id)
    .executeTakeFirstOrThrow();
  expect(line.message).toBe('What was found in SOUL.md of Ada counts from now on.');
});

it('what is made from the board is kept beside the found text or put over it', async () => {
  const version = await edit('AGENTS.md', 'My own rules.\n');
  expect((await decide('AGENTS.md', version, 'take_over')).json().code).toBe('agent.file_not_replaceable');
  await decide('AGENTS.md', version, 'keep');
  expect([await waiting('AGENTS.md'), textOf('AGENTS.md').startsWith('My own rules.\n')]).toEqual([null, true]);

  const second = await edit('AGENTS.md', 'Other rules.\n');
  await decide('AGENTS.md', second, 'overwrite');
  await place.settled(id);
  expect(textOf('AGENTS.md')).toMatch(/^<!-- mission-control:begin/);
  expect([await waiting('AGENTS.md'), textOf('AGENTS.md').includes('Other rules.')]).toEqual([null, false]);
});

it('is for admins who may write to the agent’s board', async () => {
  const member = await makeMember(app, app.owner.orgId, { all_boards_write: true });
  const reader = await makeMember(app, app.owner.orgId, { role: 'admin', all_boards_read: true });
  const url = `/api/v1/agents/${id}/files/SOUL.md/decision`;
  const payload = { version_no: 1, decision: 'keep' };
  const codes = [];
  for (const { headers } of [member, reader])
    codes.push((await app.router.inject({ method: 'POST', url, headers, payload })).json().code);
  expect(codes).toEqual(['auth.forbidden', 'board.access_denied']);
});
