import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type ScriptedGateway, startScriptedGateway } from '../../../test/gateway/scripted-gateway.ts';

let app: TestApp;
let gateway: ScriptedGateway;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
afterEach(() => gateway.close());

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers: app.owner.headers, ...(payload && { payload }) });

let count = 0;
const add = async (options?: object) => {
  gateway = await startScriptedGateway(options);
  const body = { name: `gateway ${++count}`, url: gateway.url, token: gateway.token, workspace_root: '~/.openclaw' };
  return call('POST', '/gateways', body);
};
const hasStatus = (id: string, status: string) =>
  expect.poll(async () => (await call('GET', `/gateways/${id}`)).json().status, { timeout: 10_000 }).toBe(status);

describe('a supervised gateway', () => {
  it('is connected after it was added', async () => {
    const added = await add();
    console.log(added.json());
    await hasStatus(added.json().id, 'connected');
    const check = await call('POST', '/gateways/check', { gateway_id: added.json().id });
    console.log(JSON.stringify(check.json(), null, 1));
  });
});
