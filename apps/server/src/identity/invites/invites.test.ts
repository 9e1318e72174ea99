import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken, newId } from '#server/platform/ids.ts';
import { ensurePartitions } from '#server/platform/postgres/partitions.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type MadeMember, makeBoard, makeMember, makeOrganization } from '../../../test/make.ts';

const DAY_MS = 86_400_000;

let app: TestApp;
let at = Date.now();
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at), env: { RATE_LIMIT_INVITE: '200' } });
});
afterAll(() => app.close());

/** Moves the clock on; facts of that day find their partition. */
const travel = async (ms: number) => {
  at += ms;
  await ensurePartitions(app.platform.db, 'events', new Date(at), new Date(at + DAY_MS));
};

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;
const call = (method: Method, url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });
const codeOf = async (answer: ReturnType<typeof call>) => [(await answer).statusCode, (await answer).json().code];

let count = 0;
const newEmail = () => `guest-${++count}@example.com`;
const invite = (body: object = {}, headers?: Headers) =>
  call('POST', '/organizations/me/invites', { invited_email: newEmail(), ...body }, headers);
const accept = (token: string, headers: Headers) => call('POST', '/organizations/invites/accept', { token }, headers);
const emailOf = async ({ userId }: Pick<MadeMember, 'userId'>) =>
  (await app.platform.db.selectFrom('users').select('email').where('id', '=', userId).executeTakeFirstOrThrow()).email;
const listFacts = (id: string) =>
  app.platform.db
    .selectFrom('events')
    .select(['type', 'actor', 'data'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();
const memberOf = (userId: string, orgId = app.owner.orgId) =>
  app.platform.db
    .selectFrom('organization_members')
    .selectAll()
    .where('user_id', '=', userId)
    .where('org_id', '=', orgId)
    .executeTakeFirst();
const rowsOf = (memberId: string) =>
  app.platform.db
    .selectFrom('organization_board_access')
    .select(['board_id', 'can_read', 'can_write'])
    .where('organization_member_id', '=', memberId)
    .execute();
/** Somebody who is at home in another organization. */
const makeGuest = async () => makeMember(app, await makeOrganization(app));

describe('inviting', () => {
  it('35: shows the token once, lists it as empty and stores nothing that can be read', async () => {
    const answer = await invite({ invited_email: '  Jo@Example.COM ', role: ' Admin ' });
    expect(answer.statusCode).toBe(200);
    const made = answer.json();
    expect(made).toMatchObject({
      invited_email: 'jo@example.com',
      role: 'admin',
      status: 'pending',
      has_token: true,
      token: expect.stringMatching(/^mci_[\w-]{43}$/),
      created_by_user_id: app.owner.userId,
      accepted_at: null,
      expires_at: new Date(at + 7 * DAY_MS).toISOString().replace(/0+Z$/, 'Z').replace('.Z', 'Z'),
    });
    const list = await call('GET', '/organizations/me/invites');
    expect(list.json()).toMatchObject({
      total: 1,
      limit: 200,
      offset: 0,
      items: [{ id: made.id, token: '', has_token: true }],
    });
    const facts = await listFacts(made.id);
    expect(facts).toMatchObject([{ type: 'invite.created', actor: { kind: 'user', id: app.owner.userId } }]);
    const row = await app.platform.db
      .selectFrom('organization_invites')
      .selectAll()
      .where('id', '=', made.id)
      .executeTakeFirst();
    expect(row?.token_hash).toEqual(hashToken(made.token));
    for (const text of [list.body, JSON.stringify(facts), JSON.stringify(row)]) expect(text).not.toContain(made.token);
  });

  it('36: gives no role and no access that the inviter has not', async () => {
    const { orgId } = app.owner;
    const [own, readable, other] = [
      await makeBoard(app, orgId),
      await makeBoard(app, orgId),
      await makeBoard(app, orgId),
    ];
    const admin = await makeMember(app, orgId, { role: 'admin', boards: { [own]: 'write', [readable]: 'read' } });
    const refused = [
      { role: 'owner' },
      { all_boards_read: true },
      { all_boards_write: true },
      { board_access: [{ board_id: other }] },
      { board_access: [{ board_id: readable, can_write: true }] },
    ];
    for (const body of refused)
      expect(await codeOf(invite(body, admin.headers))).toEqual([403, 'invite.role_too_high']);
    const board_access = [{ board_id: own, can_write: true }, { board_id: readable }];
    expect((await invite({ role: 'admin', board_access }, admin.headers)).statusCode).toBe(200);
    expect((await invite({ role: 'owner', all_boards_write: true })).statusCode).toBe(200);
    const member = await makeMember(app, orgId);
    expect(await codeOf(invite({}, member.headers))).toEqual([403, 'auth.forbidden']);
  });

  it('37: refuses an e-mail that a member has, and a second pending invite', async () => {
    const member = await makeMember(app, app.owner.orgId);
    const email = (await emailOf(member)) ?? '';
    expect(await codeOf(invite({ invited_email: email.toUpperCase() }))).toEqual([409, 'invite.already_member']);
    const invited_email = newEmail();
    const answers = await Promise.all([1, 2, 3].map(() => invite({ invited_email })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
    expect(await codeOf(invite({ invited_email }))).toEqual([409, 'invite.already_pending']);
    const orgId = await makeOrganization(app);
    const stranger = await makeMember(app, orgId, { role: 'owner' });
    expect((await invite({ invited_email }, stranger.headers)).statusCode).toBe(200);
  });

  it('replaces an invite that has expired', async () => {
    const invited_email = newEmail();
    const { id } = (await invite({ invited_email, expires_in_days: 1 })).json();
    await travel(DAY_MS);
    expect((await invite({ invited_email })).statusCode).toBe(200);
    expect((await listFacts(id)).map(({ type }) => type)).toEqual(['invite.created', 'invite.deleted']);
  });

  it('refuses what is no e-mail, an unknown role, a long or short life and boards of others', async () => {
    const foreign = await makeBoard(app, await makeOrganization(app));
    const wrong = [
      { invited_email: 'nobody' },
      { invited_email: '' },
      { invited_email: null },
      { role: 'boss' },
      { expires_in_days: 0 },
      { expires_in_days: 91 },
    ];
    for (const body of wrong)
      expect(await codeOf(invite(body)), JSON.stringify(body)).toEqual([422, 'request.invalid']);
    const answer = await invite({ board_access: [{ board_id: foreign }] });
    expect(answer.json()).toMatchObject({
      code: 'board.not_in_organization',
      detail: { invalid_board_ids: [foreign] },
    });
  });

  it('is limited to twenty an hour for each person', async () => {
    const limited = await createTestApp();
    const send = () =>
      limited.router.inject({
        method: 'POST',
        url: '/api/v1/organizations/me/invites',
        headers: limited.owner.headers,
        payload: { invited_email: newEmail() },
      });
    for (let i = 0; i < 20; i++) expect((await send()).statusCode).toBe(200);
    const refused = await send();
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate_limit.exceeded']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await limited.close();
  });
});

describe('accepting', () => {
  it('38: makes a new member with role, flags and rows, and leaves an active organization alone', async () => {
    const boardId = await makeBoard(app, app.owner.orgId);
    const guest = await makeGuest();
    const board_access = [{ board_id: boardId, can_read: false, can_write: true }];
    const made = (await invite({ invited_email: await emailOf(guest), role: 'admin', board_access })).json();
    const answer = await accept(made.token, guest.headers);
    expect(answer.json()).toMatchObject({
      user_id: guest.userId,
      organization_id: app.owner.orgId,
      role: 'admin',
      all_boards_read: false,
      board_access: [{ board_id: boardId, can_read: true, can_write: true }],
    });
    const { db } = app.platform;
    const user = () =>
      db.selectFrom('users').select('active_organization_id').where('id', '=', guest.userId).executeTakeFirstOrThrow();
    expect((await user()).active_organization_id).not.toBe(app.owner.orgId);
    expect(await listFacts(made.id)).toMatchObject([
      { type: 'invite.created' },
      {
        type: 'invite.accepted',
        actor: { kind: 'user', id: guest.userId },
        data: { invite: { status: 'accepted', token: '' } },
      },
    ]);
    expect(await listFacts(answer.json().id)).toMatchObject([{ type: 'member.added', actor: { id: guest.userId } }]);

    const homeless = await makeMember(app, await makeOrganization(app));
    await db.updateTable('users').set({ active_organization_id: null }).where('id', '=', homeless.userId).execute();
    const second = (await invite({ invited_email: await emailOf(homeless), all_boards_read: true })).json();
    await accept(second.token, homeless.headers);
    const after = await db
      .selectFrom('users')
      .select('active_organization_id')
      .where('id', '=', homeless.userId)
      .executeTakeFirst();
    expect(after).toEqual({ active_organization_id: app.owner.orgId });
  });

  it('39: only raises the role of an existing member, ORs flags and merges rows', async () => {
    const { orgId } = app.owner;
    const [a, b, c] = [await makeBoard(app, orgId), await makeBoard(app, orgId), await makeBoard(app, orgId)];
    const guest = await makeGuest();
    const board_access = [{ board_id: a }, { board_id: b, can_write: true }];
    const made = (await invite({ invited_email: await emailOf(guest), role: 'member', board_access })).json();
    const memberId = newId();
    await app.platform.db
      .insertInto('organization_members')
      .values({ id: memberId, org_id: orgId, user_id: guest.userId, role: 'admin' })
      .execute();
    for (const [board_id, can_write] of [
      [a, true],
      [c, false],
    ] as const)
      await app.platform.db
        .insertInto('organization_board_access')
        .values({ id: newId(), org_id: orgId, organization_member_id: memberId, board_id, can_write })
        .execute();
    expect((await accept(made.token, guest.headers)).json()).toMatchObject({ id: memberId, role: 'admin', version: 2 });
    expect(new Set(await rowsOf(memberId))).toEqual(
      new Set([
        { board_id: a, can_read: true, can_write: true },
        { board_id: b, can_read: true, can_write: true },
        { board_id: c, can_read: true, can_write: false },
      ]),
    );
    expect(await listFacts(memberId)).toMatchObject([{ type: 'member.updated' }]);
  });

  it('40: two parallel accepts give one membership and one success', async () => {
    const guest = await makeGuest();
    const { token } = (await invite({ invited_email: await emailOf(guest) })).json();
    const answers = await Promise.all([1, 2, 3, 4].map(() => accept(token, guest.headers)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404, 404, 404]);
    expect(await memberOf(guest.userId)).toMatchObject({ role: 'member' });
  });

  it('is refused for an unknown, used or expired token and for another or unverified e-mail', async () => {
    const guest = await makeGuest();
    expect(await codeOf(accept('mci_unknown', guest.headers))).toEqual([404, 'invite.not_found']);
    const foreign = (await invite()).json();
    expect(await codeOf(accept(foreign.token, guest.headers))).toEqual([403, 'invite.email_mismatch']);
    const { token } = (await invite({ invited_email: await emailOf(guest), expires_in_days: 1 })).json();
    const { db } = app.platform;
    await db.updateTable('users').set({ email_verified: false }).where('id', '=', guest.userId).execute();
    expect(await codeOf(accept(token, guest.headers))).toEqual([403, 'invite.email_mismatch']);
    await db.updateTable('users').set({ email_verified: true }).where('id', '=', guest.userId).execute();
    await travel(DAY_MS);
    expect(await codeOf(accept(token, guest.headers))).toEqual([410, 'invite.expired']);
    expect(await memberOf(guest.userId)).toBeUndefined();
  });

  it('42: skips a board that was deleted between invite and accept', async () => {
    const { orgId } = app.owner;
    const [kept, gone] = [await makeBoard(app, orgId), await makeBoard(app, orgId)];
    const guest = await makeGuest();
    const board_access = [{ board_id: kept }, { board_id: gone }];
    const { token } = (await invite({ invited_email: await emailOf(guest), board_access })).json();
    await app.platform.db.deleteFrom('boards').where('id', '=', gone).execute();
    const answer = await accept(token, guest.headers);
    expect(answer.statusCode).toBe(200);
    expect(await rowsOf(answer.json().id)).toEqual([{ board_id: kept, can_read: true, can_write: false }]);
  });
});

describe('the first sign-in', () => {
  /** A person whom the identity provider knows, before their first call. */
  const makeStranger = async (isVerified: boolean) => {
    const guest = await makeGuest();
    const { db } = app.platform;
    await db.deleteFrom('organization_members').where('user_id', '=', guest.userId).execute();
    await db.updateTable('users').set({ email_verified: isVerified }).where('id', '=', guest.userId).execute();
    const token = `session-${guest.userId}`;
    await db
      .insertInto('user_sessions')
      .values({
        id: newId(),
        user_id: guest.userId,
        token_hash: hashToken(token),
        expires_at: new Date(at + 30 * DAY_MS),
      })
      .execute();
    return { ...guest, headers: { cookie: `mc_session=${token}` } };
  };

  it('17: joins the organization of the oldest invite of the verified e-mail', async () => {
    const stranger = await makeStranger(true);
    const invited_email = (await emailOf(stranger))?.toUpperCase();
    const other = await makeMember(app, await makeOrganization(app, 'Expired'), { role: 'owner' });
    await invite({ invited_email, expires_in_days: 1 }, other.headers);
    await travel(DAY_MS);
    const made = (await invite({ invited_email, role: 'admin' })).json();
    const younger = await makeMember(app, await makeOrganization(app, 'Younger'), { role: 'owner' });
    await travel(1000);
    await invite({ invited_email }, younger.headers);
    const answers = await Promise.all(
      [1, 2, 3].map(() => call('GET', '/organizations/me', undefined, stranger.headers)),
    );
    expect(answers.map((answer) => answer.json().id)).toEqual([app.owner.orgId, app.owner.orgId, app.owner.orgId]);
    expect(await memberOf(stranger.userId)).toMatchObject({ role: 'admin' });
    expect((await listFacts(made.id)).map(({ type }) => type)).toEqual(['invite.created', 'invite.accepted']);
  });

  it('18: takes no invite of an e-mail that is not verified', async () => {
    const stranger = await makeStranger(false);
    await invite({ invited_email: await emailOf(stranger) });
    expect((await call('GET', '/organizations/me', undefined, stranger.headers)).json().name).toBe('Personal');
    expect(await memberOf(stranger.userId)).toBeUndefined();
  });
});

describe('an invite', () => {
  it('41: that is reissued has a new token for its full span; the old one is unknown', async () => {
    const guest = await makeGuest();
    const made = (await invite({ invited_email: await emailOf(guest), expires_in_days: 3 })).json();
    await travel(2 * DAY_MS);
    const again = await call('POST', `/organizations/me/invites/${made.id}/reissue`);
    expect(again.json()).toMatchObject({ id: made.id, token: expect.stringMatching(/^mci_/), status: 'pending' });
    expect(Date.parse(again.json().expires_at) - at).toBe(3 * DAY_MS);
    expect(await codeOf(accept(made.token, guest.headers))).toEqual([404, 'invite.not_found']);
    await travel(3 * DAY_MS - 1000);
    expect((await accept(again.json().token, guest.headers)).statusCode).toBe(200);
    expect(await codeOf(call('POST', `/organizations/me/invites/${made.id}/reissue`))).toEqual([
      404,
      'invite.not_found',
    ]);
    expect((await listFacts(made.id)).map(({ type }) => type)).toEqual([
      'invite.created',
      'invite.reissued',
      'invite.accepted',
    ]);
  });

  it('41: of a higher role is reissued by nobody who could not have made it', async () => {
    const made = (await invite({ role: 'owner' })).json();
    const admin = await makeMember(app, app.owner.orgId, { role: 'admin' });
    const url = `/organizations/me/invites/${made.id}/reissue`;
    expect(await codeOf(call('POST', url, undefined, admin.headers))).toEqual([403, 'invite.role_too_high']);
  });

  it('is withdrawn with its token, whether it was accepted or not', async () => {
    const guest = await makeGuest();
    const made = (await invite({ invited_email: await emailOf(guest) })).json();
    const answer = await call('DELETE', `/organizations/me/invites/${made.id}`);
    expect(answer.json()).toMatchObject({ id: made.id, token: '' });
    expect(await codeOf(accept(made.token, guest.headers))).toEqual([404, 'invite.not_found']);
    expect(await codeOf(call('DELETE', `/organizations/me/invites/${made.id}`))).toEqual([404, 'invite.not_found']);
    const second = (await invite({ invited_email: await emailOf(guest) })).json();
    await accept(second.token, guest.headers);
    expect((await call('DELETE', `/organizations/me/invites/${second.id}`)).json()).toMatchObject({
      status: 'accepted',
    });
    expect((await listFacts(made.id)).map(({ type }) => type)).toEqual(['invite.created', 'invite.deleted']);
  });

  it('of another organization cannot be seen, reissued or withdrawn', async () => {
    const orgId = await makeOrganization(app);
    const stranger = await makeMember(app, orgId, { role: 'owner' });
    const made = (await invite({}, stranger.headers)).json();
    expect((await call('GET', '/organizations/me/invites')).body).not.toContain(made.id);
    expect(await codeOf(call('DELETE', `/organizations/me/invites/${made.id}`))).toEqual([404, 'invite.not_found']);
    expect(await codeOf(call('POST', `/organizations/me/invites/${made.id}/reissue`))).toEqual([
      404,
      'invite.not_found',
    ]);
  });
});
