import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTable } from './access.ts';
import { type Api, listOperations, type Operation } from './operations.ts';
import { buildRequest, type Request } from './request.ts';
import { type Answer, send } from './send.ts';
import type { Caller } from './world/callers.ts';
import type { Ids } from './world/rows.ts';
import { listChanges, takeSnapshot } from './world/snapshot.ts';
import { createWorld, type World } from './world/world.ts';

const whoMay = createTable(fileURLToPath(new URL('../../fixtures/work/openapi-shapes.json', import.meta.url)));

let world: World;
let api: Api;
beforeAll(async () => {
  world = await createWorld();
  api = listOperations(world.app);
});
afterAll(() => world.close());

/**
 * Calls that answer well and do nothing, which the rows prove: they tell each item apart, are repeatable, take who and
 * where they are from the token, or choose by what is named.
 */
const HARMLESS = new Set([
  'DELETE /api/v1/agents/{agent_id}',
  'DELETE /api/v1/agent/boards/{board_id}/agents/{agent_id}',
  'POST /api/v1/approvals/resolve',
  'POST /api/v1/boards/{board_id}/tasks/bulk',
  'POST /api/v1/agent/gateway/leads/broadcast',
  'POST /api/v1/agents/heartbeat',
  'DELETE /api/v1/telemetry/users/{user_ref}',
  'POST /api/v1/gateways/{gateway_id}/templates/sync',
  'POST /api/v1/gateways/{gateway_id}/verdicts',
  'POST /api/v1/agent/boards/{board_id}/tasks/claim',
]);

/** What admins of an organization see of all its boards: the fleet half. */
const FLEET =
  /^GET \/api\/v1\/(runs|violations|anomalies|breakers|governance|telemetry|audit|deployments|kill|agents\/\{agent_id\}\/)/;

/** Reads that answer another status than 200 here: no gateway, no payload, no archive, another process's bundle or question. */
const ODD: Record<string, number> = {
  'GET /api/v1/gateways/sessions': 502,
  'GET /api/v1/gateways/sessions/{session_id}': 502,
  'GET /api/v1/gateways/sessions/{session_id}/history': 502,
  'GET /api/v1/gateways/sessions/{session_id}/live': 502,
  'GET /api/v1/gateways/{gateway_id}/agents': 502,
  'GET /api/v1/agent/boards/{board_id}/agents/{agent_id}/soul': 502,
  'GET /api/v1/agents/{agent_id}/bundle': 404,
  'GET /api/v1/approvals/{approval_id}/wait': 404,
  'GET /api/v1/runs/{id}/payload': 404,
  'GET /api/v1/organizations/me/export': 202,
  'GET /api/v1/organizations/me/exports/{job_id}': 404,
};

const may = (operation: Operation, caller: Caller) => whoMay(operation)?.(caller) === true;
const isPublic = (operation: Operation) => may(operation, { name: 'nobody', headers: {}, sees: [] });

const isRefused = ({ status }: Answer, { name }: Operation) =>
  [401, 403, 404].includes(status) || (status === 200 && HARMLESS.has(name));

interface Sweep {
  /** Which calls are made. */
  of(operation: Operation, caller: Caller, request: Request): boolean;
  /** The rows of the path, and those of query and body where they are others. */
  ids: Ids;
  named?: Ids;
  /** What is wrong with an answer. */
  judge(answer: Answer, operation: Operation, caller: Caller): string | false;
}

/** Sends every operation as everybody of whom `of` says so; lists what `judge` objects to. */
async function sweep({ of, ids, named, judge }: Sweep): Promise<string[]> {
  const objections: string[] = [];
  for (const operation of api.operations) {
    const request = buildRequest(api, operation, { ids, ...(named && { named }) });
    for (const caller of world.callers.filter((caller) => of(operation, caller, request))) {
      const answer = await send(world.app, request, caller.headers);
      const objection = judge(answer, operation, caller);
      if (objection !== false)
        objections.push(
          `${operation.name} as ${caller.name}: ${objection}: ${answer.status} ${answer.text.slice(0, 200)}`,
        );
    }
  }
  return objections;
}

/** Runs `work` and lists the rows that it changed. */
async function watchRows(work: () => Promise<void>): Promise<string[]> {
  const before = await takeSnapshot(world.app);
  await work();
  return listChanges(before, await takeSnapshot(world.app));
}

it('every operation says who may call it', () => {
  expect(api.operations.length).toBeGreaterThan(200);
  expect(api.operations.filter((operation) => !whoMay(operation)).map(({ name }) => name)).toEqual([]);
});

it('226, 15: nobody gets through without the rights that an operation asks for', async () => {
  const changes = await watchRows(async () => {
    const objections = await sweep({
      of: (operation, caller) => !may(operation, caller),
      ids: world.home.ids,
      judge: (answer, operation) => !isRefused(answer, operation) && 'not refused',
    });
    expect(objections).toEqual([]);
  });
  expect(changes).toEqual([]);
});

it('226: rows of another organization are out of reach for everybody', async () => {
  const changes = await watchRows(async () => {
    const objections = await sweep({
      of: (operation) => operation.params.length > 0 && !isPublic(operation),
      ids: world.foreign.ids,
      judge: (answer, operation) => !isRefused(answer, operation) && 'not refused',
    });
    expect(objections).toEqual([]);
  });
  expect(changes).toEqual([]);
});

it('226: a row of another board or organization is not reached through a board that one may use', async () => {
  const { home, elsewhere, foreign } = world;
  const changes = await watchRows(async () => {
    for (const other of [elsewhere, foreign]) {
      const objections = await sweep({
        of: (operation, caller) =>
          operation.params.length > 1 &&
          operation.params[0] === 'board_id' &&
          may(operation, caller) &&
          !isPublic(operation),
        ids: { ...other.ids, board_id: home.ids.board_id ?? '' },
        judge: (answer, operation) => !isRefused(answer, operation) && 'not refused',
      });
      expect(objections).toEqual([]);
    }
  });
  expect(changes).toEqual([]);
});

it('226: what another organization owns cannot be named in a query or a body', async () => {
  const { home, foreign } = world;
  const names = ({ url, body }: Request) =>
    Object.values(foreign.ids).some((id) => `${url} ${JSON.stringify(body)}`.includes(id));
  const changes = await watchRows(async () => {
    const objections = await sweep({
      of: (operation, caller, request) => names(request) && may(operation, caller) && !isPublic(operation),
      ids: home.ids,
      named: foreign.ids,
      judge({ status, text }, { name, method }) {
        if (text.includes(foreign.mark)) return 'shows rows of another organization';
        return method !== 'GET' && status < 400 && !HARMLESS.has(name) && 'taken';
      },
    });
    expect(objections).toEqual([]);
  });
  expect(changes.filter((row) => row.includes(foreign.orgId))).toEqual([]);
});

it('who may read is let in, and sees nothing of boards that are not theirs', async () => {
  const { home, elsewhere, foreign } = world;
  const objections = await sweep({
    of: (operation, caller) =>
      operation.method === 'GET' && may(operation, caller) && !isPublic(operation) && !operation.isStream,
    ids: home.ids,
    named: {},
    judge({ status, text }, { name }, { sees, person }) {
      if (status !== (ODD[name] ?? 200)) return 'no answer';
      const seesAll = FLEET.test(name) && person !== undefined && person.role !== 'member';
      const hidden = seesAll ? [foreign] : [home, elsewhere, foreign].filter(({ mark }) => !sees.includes(mark));
      return hidden.some(({ mark }) => text.includes(mark)) && `shows ${hidden.map(({ mark }) => mark).join(' or ')}`;
    },
  });
  expect(objections).toEqual([]);
});

it('lists agents of every origin to people by the boards that they read', async () => {
  const { app, callers, home, elsewhere, foreign } = world;
  const url = '/api/v1/agents?origin=all&limit=200';
  for (const { name, headers, sees } of callers.filter(({ person }) => person !== undefined)) {
    const { status, text } = await send(app, { method: 'GET', url }, headers);
    const shown = [home, elsewhere, foreign].map(({ mark }) => mark).filter((mark) => text.includes(mark));
    expect([name, status, shown]).toEqual([name, 200, sees]);
  }
});
