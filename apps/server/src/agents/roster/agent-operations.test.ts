import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeApi } from '#server/app/openapi.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';

interface Operation {
  operationId?: string;
  tags?: string[];
  requestBody?: unknown;
  [extension: `x-${string}`]: unknown;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);
const EXTENSIONS = [
  ...['x-when-to-use', 'x-when-not-to-use', 'x-prerequisites', 'x-side-effects', 'x-negative-guidance'],
  ...['x-routing-policy', 'x-routing-policy-examples'],
] as const;
/** Operations outside `/agent` that agents look for by their role, too. */
const SHARED = /^\/api\/v1\/boards\/\{board_id\}\/(group-memory(\/stream)?|group-snapshot)$/;

let app: TestApp;
let operations: { name: string; path: string; operation: Operation }[];
beforeAll(async () => {
  app = await createTestApp({ decorate: describeApi });
  const { paths } = app.router.swagger() as unknown as { paths: Record<string, Record<string, Operation>> };
  operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method) && path.startsWith('/api/v1/'))
      .map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
  );
});
afterAll(() => app.close());

describe('232: operations for agents', () => {
  const isForAgents = ({ path }: { path: string }) => path.startsWith('/api/v1/agent/') || SHARED.test(path);

  it('232: carry role tags and every extension, with an example that names what to choose', () => {
    const forAgents = operations.filter(isForAgents);
    expect(forAgents.length).toBeGreaterThan(20);
    for (const { name, operation } of forAgents) {
      const roles = (operation.tags ?? []).filter((tag) => /^agent-(lead|worker|main)$/.test(tag));
      expect(roles, name).not.toEqual([]);
      expect(operation['x-llm-intent'], name).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(['any_agent', 'board_agent', 'board_lead', 'gateway_main'], name).toContain(operation['x-required-actor']);
      for (const extension of EXTENSIONS)
        expect(operation[extension], `${name} ${extension}`).toEqual(expect.arrayContaining([expect.anything()]));
      for (const example of operation['x-routing-policy-examples'] as object[])
        expect(example, name).toMatchObject({ input: { intent: expect.any(String) }, decision: expect.any(String) });
    }
  });

  it('232: have unique operation ids, as all operations have', () => {
    const unnamed = operations.filter(({ operation }) => operation.operationId === undefined);
    expect(unnamed.map(({ name }) => name)).toEqual([]);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('232: the check-in takes no body', () => {
    const checkIn = operations.find(({ name }) => name === 'POST /api/v1/agent/heartbeat');
    expect(checkIn?.operation.operationId).toBe('agent_heartbeat');
    expect(checkIn?.operation.requestBody).toBeUndefined();
  });
});
