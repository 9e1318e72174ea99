import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeBoard } from '../../../../test/make.ts';
import type { AuditEntry } from '../audit.schema.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const get = (path: string) => app.router.inject({ url: `/api/v1${path}`, headers: app.owner.headers });
const list = async (query: string): Promise<AuditEntry[]> => (await get(`/audit?${query}`)).json().items;

it('217: a write by HTTP is sealed soon after its commit, with its user, address and request', async () => {
  const boardId = await makeBoard(app, app.owner.orgId);
  const answer = await app.router.inject({
    method: 'POST',
    url: `/api/v1/boards/${boardId}/approvals`,
    headers: app.owner.headers,
    payload: { action_type: 'deploy', confidence: 50, lead_reasoning: 'Tested.' },
  });
  const find = async () => {
    const entries = await list('action=approval.created');
    return entries.find(({ details }) => details.approval_id === answer.json().id);
  };
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  expect(await find()).toMatchObject({
    actor_kind: 'user',
    actor_id: app.owner.userId,
    ip: '127.0.0.1',
    request_id: answer.headers['x-request-id'],
    subject: { kind: 'approval', id: answer.json().id },
    details: { args_hash: answer.json().args_hash },
  });
});

it('an export is itself on record', async () => {
  await get('/audit/export?format=csv&action=x');
  await expect
    .poll(() => list('action=audit.exported'), { timeout: 10_000 })
    .toMatchObject([{ details: { format: 'csv', filter: { action: 'x' } }, subject: { id: app.owner.orgId } }]);
});
