import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeMember, makeOrganization, makeTask } from '../../../test/make.ts';
import { checkValues } from './custom-fields.rules.ts';
import { lockBoardDefinitions } from './custom-fields.store.ts';

const PATH = '/api/v1/organizations/me/custom-fields';

let app: TestApp;
let boardId: string;
beforeAll(async () => {
  app = await createTestApp();
  boardId = await makeBoard(app, app.owner.orgId);
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, id = '', payload?: object, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ method, url: `${PATH}${id && `/${id}`}`, headers, ...(payload && { payload }) });

let made = 0;
const create = (field: object = {}) =>
  call('POST', '', { field_key: `field_${++made}`, board_ids: [boardId], ...field });
const createOne = async (field: object = {}) => (await create(field)).json();

const refusal = (answer: { statusCode: number; json(): { code: string } }) => [answer.statusCode, answer.json().code];

/** A task of the board that holds a value of the field. */
async function makeValue(definitionId: string, value: unknown): Promise<void> {
  const { orgId } = app.owner;
  await app.platform.db
    .insertInto('task_custom_field_values')
    .values({
      id: newId(),
      org_id: orgId,
      task_id: await makeTask(app, orgId, boardId),
      task_custom_field_definition_id: definitionId,
      value: JSON.stringify(value),
    })
    .execute();
}

it('43: types, visibility and their aliases are accepted; an unknown type is 422', async () => {
  const aliases = {
    'text (long)': 'text_long',
    long_text: 'text_long',
    'true/false': 'boolean',
    'date & time': 'date_time',
    datetime: 'date_time',
  };
  for (const type of ['text', 'text_long', 'integer', 'decimal', 'boolean', 'date', 'date_time', 'url', 'json'])
    expect((await createOne({ field_type: type })).field_type).toBe(type);
  for (const [alias, type] of Object.entries(aliases))
    expect((await createOne({ field_type: alias })).field_type).toBe(type);
  expect((await createOne({ ui_visibility: 'if set' })).ui_visibility).toBe('if_set');
  const plain = await createOne();
  expect(plain).toMatchObject({ label: plain.field_key, field_type: 'text', ui_visibility: 'always', required: false });
  expect(refusal(await create({ field_type: 'colour' }))).toEqual([422, 'request.invalid']);
  expect(refusal(await create({ ui_visibility: 'never' }))).toEqual([422, 'request.invalid']);
  expect(refusal(await create({ board_ids: [] }))).toEqual([422, 'request.invalid']);
});

it('44: an expression that does not compile, or of a type without one, is 422 with its code', async () => {
  expect(refusal(await create({ validation_regex: '(unclosed' }))).toEqual([422, 'custom_field.regex_invalid']);
  expect(refusal(await create({ validation_regex: '(?=ahead)' }))).toEqual([422, 'custom_field.regex_invalid']);
  expect(refusal(await create({ field_type: 'integer', validation_regex: '\\d+' }))).toEqual([
    422,
    'custom_field.regex_not_allowed',
  ]);
  const { id } = await createOne({ validation_regex: '[a-z]+' });
  expect(refusal(await call('PATCH', id, { field_type: 'boolean' }))).toEqual([422, 'custom_field.regex_not_allowed']);
  expect((await call('PATCH', id, { field_type: 'boolean', validation_regex: null })).json().field_type).toBe(
    'boolean',
  );
});

it('45: an expression that ruins other engines costs a long value no time', async () => {
  await createOne({ field_key: 'ruin', field_type: 'text_long', validation_regex: '(a+)+(a|aa)+(x+x+)+y' });
  const ctx = { ...app.platform, orgId: app.owner.orgId, actor: { kind: 'system', id: 'test' } as const };
  const caller = { kind: 'system' } as const;
  const fields = await app.platform.db
    .transaction()
    .execute((db) => lockBoardDefinitions({ ...ctx, caller, db }, boardId));
  // 2^20000 steps when it backtracks: it answers at all only in linear time.
  expect(() => checkValues(fields, { ruin: `${'a'.repeat(19_999)}!` }, { creating: false })).toThrow('ruin');
});

it('46: a default that breaks the type or the expression is 422', async () => {
  const code = 'custom_field.default_invalid';
  expect(refusal(await create({ field_type: 'integer', default_value: 1.5 }))).toEqual([422, code]);
  expect(refusal(await create({ field_type: 'url', default_value: 'example' }))).toEqual([422, code]);
  expect(refusal(await create({ validation_regex: 'a+', default_value: 'b' }))).toEqual([422, code]);
  const { id } = await createOne({ default_value: 'x' });
  expect(refusal(await call('PATCH', id, { validation_regex: 'y' }))).toEqual([422, code]);
  expect((await call('PATCH', id, { validation_regex: 'y', default_value: 'y' })).json()).toMatchObject({
    validation_regex: 'y',
    default_value: 'y',
  });
});

it('47: a field with values stays; without them it goes with its bindings', async () => {
  const { id } = await createOne();
  await makeValue(id, 'kept');
  expect(refusal(await call('DELETE', id))).toEqual([409, 'custom_field.in_use']);
  await app.platform.db.deleteFrom('task_custom_field_values').execute();
  expect((await call('DELETE', id)).json()).toEqual({ ok: true });
  const bindings = await app.platform.db
    .selectFrom('board_task_custom_fields')
    .where('task_custom_field_definition_id', '=', id)
    .selectAll()
    .execute();
  expect(bindings).toEqual([]);
  expect(refusal(await call('DELETE', id))).toEqual([404, 'custom_field.not_found']);
});

it('48: a type under which stored values would be wrong is 409', async () => {
  const { id } = await createOne();
  await makeValue(id, '2026-01-31');
  await makeValue(id, 'soon');
  expect(refusal(await call('PATCH', id, { field_type: 'date' }))).toEqual([409, 'custom_field.values_incompatible']);
  expect((await call('PATCH', id, { field_type: 'text_long' })).json().field_type).toBe('text_long');
});

it('belongs to boards of its organization, each once; a change replaces them', async () => {
  const other = await makeBoard(app, app.owner.orgId);
  const foreign = await makeBoard(app, await makeOrganization(app));
  const { id, board_ids } = await createOne({ board_ids: [other, boardId, other] });
  expect(board_ids).toEqual([boardId, other].toSorted());
  expect((await call('PATCH', id, { board_ids: [other] })).json().board_ids).toEqual([other]);
  expect((await call('PATCH', id, { board_ids: null, required: true })).json().board_ids).toEqual([other]);
  for (const answer of [
    await create({ board_ids: [boardId, foreign] }),
    await call('PATCH', id, { board_ids: [foreign] }),
  ]) {
    expect(refusal(answer)).toEqual([422, 'custom_field.boards_invalid']);
    expect(answer.json().detail.invalid_board_ids).toEqual([foreign]);
  }
});

it('has a key of its own that never changes', async () => {
  const { id, field_key } = await createOne();
  expect(refusal(await create({ field_key }))).toEqual([409, 'custom_field.key_taken']);
  expect(refusal(await call('PATCH', id, { field_key: 'other' }))).toEqual([422, 'custom_field.key_immutable']);
  for (const patch of [{}, { label: null }, { field_type: null }, { required: null }, { ui_visibility: null }])
    expect(refusal(await call('PATCH', id, patch))).toEqual([422, 'request.invalid']);
});

it('is listed by label for members, changed by admins, unknown to other organizations', async () => {
  const { id } = await createOne({ label: 'aaa' });
  const { headers } = await makeMember(app, app.owner.orgId);
  const labels = (await call('GET', '', undefined, headers)).json().map(({ label }: { label: string }) => label);
  expect(labels[0]).toBe('aaa');
  const stranger = await makeMember(app, await makeOrganization(app), { role: 'owner' });
  expect((await call('GET', '', undefined, stranger.headers)).json()).toEqual([]);
  for (const answer of [
    await call('PATCH', id, { label: 'mine' }, stranger.headers),
    await call('DELETE', id, undefined, stranger.headers),
  ])
    expect(refusal(answer)).toEqual([404, 'custom_field.not_found']);
  for (const answer of [
    await call('POST', '', { field_key: 'k', board_ids: [boardId] }, headers),
    await call('PATCH', id, { label: 'mine' }, headers),
    await call('DELETE', id, undefined, headers),
  ])
    expect(refusal(answer)).toEqual([403, 'auth.forbidden']);
});

it('writes one fact for each real change, with who made it', async () => {
  const { id, label } = await createOne();
  await call('PATCH', id, { required: true });
  await call('PATCH', id, { required: true, label, board_ids: [boardId] });
  await call('DELETE', id);
  const facts = await app.platform.db
    .selectFrom('events')
    .select(['type', 'actor'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();
  const actor = { kind: 'user', id: app.owner.userId };
  expect(facts).toEqual(['created', 'updated', 'deleted'].map((verb) => ({ type: `custom_field.${verb}`, actor })));
});
