import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeGateway, makeMember, makeOrganization } from '../../../test/make.ts';
import { keepVersion } from './versions.ts';

let app: TestApp;
let agentId: string;
beforeAll(async () => {
  app = await createTestApp();
  agentId = (await makeGateway(app, app.owner.orgId)).main.agentId;
});
afterAll(() => app.close());

const read = (path: string, headers: Record<string, string> = app.owner.headers, id = agentId) =>
  app.router.inject({ url: `/api/v1/agents/${id}/files${path}`, headers });
const keep = (name: string, content: string, gatewayHash: string | null) =>
  inTransaction(systemContext(app.platform, app.owner.orgId), (tx) =>
    keepVersion(tx, { agentId, name, content, gatewayHash }),
  );

it('lists each file once with its newest version, and its versions with what they said', async () => {
  expect((await read('')).json()).toEqual({ items: [] });
  await keep('SOUL.md', 'calm', 'hash-of-calm');
  await keep('AGENTS.md', 'read this', 'hash-of-agents');
  await keep('SOUL.md', 'bold', null);
  const files = (await read('')).json().items;
  expect(files).toMatchObject([
    { name: 'AGENTS.md', version_no: 1, versions: 1, gateway_hash: 'hash-of-agents', written_at: expect.any(String) },
    { name: 'SOUL.md', version_no: 2, versions: 2, gateway_hash: null, written_at: null },
  ]);
  expect(JSON.stringify(files)).not.toContain('bold');
  expect((await read('/SOUL.md/versions')).json().items).toMatchObject([
    { version_no: 2, content: 'bold', gateway_hash: null },
    { version_no: 1, content: 'calm', gateway_hash: 'hash-of-calm' },
  ]);
  expect((await read('/NONE.md/versions')).json()).toEqual({ items: [] });
});

it('is for admins of its own organization', async () => {
  const member = await makeMember(app, app.owner.orgId, { all_boards_write: true });
  const foreigner = await makeMember(app, await makeOrganization(app), { role: 'owner', all_boards_write: true });
  for (const path of ['', '/SOUL.md/versions']) {
    expect((await read(path, member.headers)).json().code).toBe('auth.forbidden');
    expect((await read(path, foreigner.headers)).json().code).toBe('agent.not_found');
  }
});
