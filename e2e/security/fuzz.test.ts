import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTable } from './access.ts';
import { type Api, type JsonSchema, listOperations, type Operation } from './operations.ts';
import { buildRequest, type Request, sample } from './request.ts';
import { type Answer, send } from './send.ts';
import type { Caller } from './world/callers.ts';
import { createWorld, type World } from './world/world.ts';

const whoMay = createTable(fileURLToPath(new URL('../../fixtures/work/openapi-shapes.json', import.meta.url)));

let world: World;
let api: Api;
beforeAll(async () => {
  world = await createWorld();
  api = listOperations(world.app);
});
afterAll(() => world.close());

/** One caller of each kind, those with most rights. */
const WIDEST = new Set(['owner', 'lead of the board', 'main agent of the gateway', 'service key', 'process']);

/** Codes that say that something outside is away; anything else from 500 up is a defect. */
const AWAY =
  /^(service\.unavailable|onboarding\.dispatch_failed|souls_directory\.unavailable|(gateway|skill_pack)\..+)$/;

const isDefect = ({ status, text }: Answer) =>
  status === 500 || (status > 500 && !AWAY.test((JSON.parse(text) as { code: string }).code));

interface Probe {
  request: Request;
  /** What is wrong with an answer, besides a failure inside. */
  judge?(answer: Answer): boolean;
}

/** Sends what `make` makes of each operation as everybody who may call it; lists the answers that must not be. */
async function probe(make: (operation: Operation, request: Request) => Probe[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const operation of api.operations.filter(({ isStream }) => !isStream)) {
    const request = buildRequest(api, operation, { ids: world.home.ids });
    for (const { request: sent, judge } of make(operation, request))
      for (const { name, headers } of callersOf(operation)) {
        const answer = await send(world.app, sent, headers);
        if (isDefect(answer) || judge?.(answer))
          wrong.push(`${operation.name} as ${name}: ${toLine(sent)} → ${answer.status} ${answer.text.slice(0, 200)}`);
      }
  }
  return wrong;
}

const callersOf = (operation: Operation): Caller[] =>
  world.callers.filter((caller) => WIDEST.has(caller.name) && whoMay(operation)?.(caller));

const toLine = ({ url, body }: Request) => `${url.slice(0, 200)} ${JSON.stringify(body)?.slice(0, 200) ?? ''}`;

/** Operations that may be called again and again without ending what the others need. */
const isLasting = ({ method }: Operation) => method !== 'DELETE';

const NO_IDS = ['x', '123', "' or 1=1 --", '%', '00000000-0000-0000-0000-00000000000', '💥', '\u202e', 'null', '{}'];

/** Parameters that are no ids of ours: any text or number names one. */
const FREE = new Set(['session_id', 'name', 'version', 'user_ref']);

it('a malformed id in the path is bad input, whatever the operation', async () => {
  const wrong = await probe((operation, request) =>
    operation.params
      .filter((name) => !FREE.has(name))
      .flatMap((name) => {
        const place = operation.path.split('/').indexOf(`{${name}}`);
        const parts = request.url.split('/');
        return NO_IDS.map((id) => ({
          request: { ...request, url: parts.with(place, encodeURIComponent(id)).join('/') },
          judge: ({ status }: Answer) => status !== 422 && status !== 429, // what may be asked seldom, is counted first
        }));
      }),
  );
  expect(wrong).toEqual([]);
});

const ODD_TEXTS = ['', ' ', 'x', '-1', '0', '1e99', '9'.repeat(30), "'", '\u202e', '💥', 'x'.repeat(5_000), '[]', '{}'];

it('nothing in a query makes an operation fail', async () => {
  const wrong = await probe((operation, { url, ...request }) => {
    if (!isLasting(operation)) return [];
    const [path = '', given] = url.split('?');
    return operation.query.flatMap(({ name, schema }) => {
      const others = new URLSearchParams(given);
      others.delete(name);
      const urls = [
        ...ODD_TEXTS.map((text) => `${path}?${new URLSearchParams([...others, [name, text]])}`),
        `${path}?${name}=%ff&${others}`,
        `${path}?${name}=a&${name}=b&${others}`,
        `${path}?${name}[a]=b&${others}`,
      ];
      const isId = api.resolve(schema).format === 'uuid';
      return urls.map((url) => ({
        request: { ...request, url },
        judge: ({ status }: Answer) => isId && url.includes(`${name}=x&`) && status !== 422,
      }));
    });
  });
  expect(wrong).toEqual([]);
});

/** Objects in lists in objects. */
const DEPTH = 3;

const WRONG: unknown[] = [
  ...[null, true, -1, 0.5, 1e308, 2 ** 53, -(2 ** 31) - 1],
  ...['', ' ', 'x', 'x'.repeat(300_000), '\u0000', '\ud800', '\u202e', '9999-99-99', '+275760-09-13T00:00:00Z', 'NaN'],
  ...[[], {}, [null], [[[]]], { a: null }, ['x', 'x'], new Array(1_001).fill('x')],
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
];

/** Whether null is a value of the field. */
function takesNull(schema: JsonSchema): boolean {
  const found = api.resolve(schema);
  const choices = found.anyOf ?? found.oneOf;
  if (choices) return choices.some(takesNull);
  const types = [found.type ?? []].flat();
  return types.includes('null') || (types.length === 0 && found.enum === undefined && found.const === undefined);
}

/** The value with every field at every depth once each of the wrong values. */
function varyWithin(schema: JsonSchema, value: unknown, depth: number): unknown[] {
  const { properties = {}, items, anyOf = [] } = api.resolve(schema);
  if (depth === 0) return [];
  if (items) {
    const item = sample(api, items, world.home.ids);
    return varyWithin(items, item, depth - 1).map((varied) => [varied]);
  }
  const base = typeof value === 'object' ? value : {};
  const here = Object.entries(properties).flatMap(([name, field]) =>
    [...WRONG, ...varyWithin(field, sample(api, field, world.home.ids), depth - 1)].map((wrong) => ({
      ...base,
      [name]: wrong,
    })),
  );
  return [...here, ...anyOf.flatMap((choice) => varyWithin(choice, sample(api, choice, world.home.ids), depth - 1))];
}

const isId = (schema: JsonSchema): boolean =>
  (api.resolve(schema).anyOf ?? [schema]).some((choice) => api.resolve(choice).format === 'uuid');

it('225: nothing in a field makes an operation fail; null where none may be and ids that are none are bad input', async () => {
  const wrong = await probe((operation, request) => {
    const schema = operation.body && api.resolve(operation.body);
    return Object.entries(schema?.properties ?? {}).flatMap(([name, field]) =>
      WRONG.map((value) => ({
        request: { ...request, body: { ...(request.body as object), [name]: value } },
        judge: ({ status }: Answer) =>
          status < 300 && ((value === null && !takesNull(field)) || (value === 'x' && isId(field))),
      })),
    );
  });
  expect(wrong).toEqual([]);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

it('nothing inside a field makes an operation fail', async () => {
  const wrong = await probe(({ body: schema }, request) =>
    Object.entries((schema && api.resolve(schema).properties) ?? {}).flatMap(([name, field]) =>
      varyWithin(field, sample(api, field, world.home.ids), DEPTH).map((value) => ({
        request: { ...request, body: { ...(request.body as object), [name]: value } },
      })),
    ),
  );
  expect(wrong).toEqual([]);
});

it('225: a field that an operation does not know is ignored', async () => {
  const wrong = await probe((operation, request) =>
    operation.body && isLasting(operation)
      ? [
          {
            request: { ...request, body: { ...(request.body as object), unknown_to_all: { deep: [1] } } },
            judge: ({ text }) => text.includes('unknown_to_all'),
          },
        ]
      : [],
  );
  expect(wrong).toEqual([]);
});

const nest = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

it('224: binary, deeply nested, huge and broken bodies are refused', async () => {
  const bodies = [
    Buffer.from([0, 255, 254, 128, 10, 13]),
    ...[nest(90), nest(200), nest(100_000), `{"a":${nest(50_000)}}`],
    ...['{', '"', '{"a":1,}', 'undefined', '{"a":1}{"b":2}', '\ufeff[]', '5', '"text"', 'null', '[]'],
    `{"a":"${'x'.repeat(1_100_000)}"}`,
  ];
  const wrong = await probe((operation, request) =>
    operation.body
      ? bodies.map((body) => ({
          request: { ...request, body, contentType: 'application/json' },
          judge: ({ status }: Answer) => status < 400,
        }))
      : [],
  );
  expect(wrong).toEqual([]);
});
