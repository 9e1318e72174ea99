import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOnboarding,
  makeOrganization,
} from '../../../test/make.ts';
import { openStream } from '../../../test/sse.ts';

type Headers = Record<string, string>;

let app: TestApp;
let orgId: string;
let gatewayId: string;
let main: MadeAgent;
beforeAll(async () => {
  app = await createTestApp();
  await app.router.listen({ port: 0, host: '127.0.0.1' });
  orgId = app.owner.orgId;
  ({ gatewayId, main } = await makeGateway(app, orgId));
});
afterAll(() => app.close());

const post = (boardId: string, what: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({
    method: 'POST',
    url: `/api/v1/boards/${boardId}/onboarding/${what}`,
    headers,
    ...(payload ? { payload } : {}),
  });
const read = async (boardId: string) =>
  (await app.router.inject({ url: `/api/v1/boards/${boardId}/onboarding`, headers: app.owner.headers })).json();
const readBoard = async (boardId: string) =>
  (await app.router.inject({ url: `/api/v1/boards/${boardId}`, headers: app.owner.headers })).json();
const makePlace = () => makeBoard(app, orgId, { gatewayId });
const sessionsOf = (boardId: string) =>
  app.platform.db
    .selectFrom('board_onboarding_sessions')
    .select(['id', 'messages', 'dispatch_state', 'last_error'])
    .where('board_id', '=', boardId)
    .execute();

const question = { question: 'What for?', options: [{ id: '1', label: 'Fun' }] };
const asked = { role: 'assistant', content: JSON.stringify(question), timestamp: '2026-01-01T00:00:00Z' };
const answered = { role: 'user', content: 'Fun', timestamp: '2026-01-01T00:01:00Z' };

describe('starting', () => {
  it('keeps a session whose start message did not reach the agent, with the reason', async () => {
    const boardId = await makePlace();
    const answer = await post(boardId, 'start', {});
    expect([answer.statusCode, answer.json().code]).toEqual([502, 'onboarding.dispatch_failed']);
    const session = await read(boardId);
    expect(session).toMatchObject({
      board_id: boardId,
      session_key: `agent:mc-gateway-${gatewayId}:main`,
      status: 'active',
      dispatch_state: 'failed',
      draft_goal: null,
      last_error: { code: 'gateway.unreachable' },
    });
    expect(session.messages).toHaveLength(1);
    expect(session.messages[0].role).toBe('user');
    expect(session.messages[0].content).toContain(boardId);
    expect(session.messages[0].content).toContain('"status": "complete"');
    const facts = await app.platform.db
      .selectFrom('events')
      .select(['type', 'board_id', 'data'])
      .where('subject_id', '=', session.id)
      .orderBy('id')
      .execute();
    expect(facts).toMatchObject([
      { type: 'onboarding.updated', board_id: boardId, data: { onboarding: { dispatch_state: 'sending' } } },
      { type: 'onboarding.updated', data: { onboarding: { dispatch_state: 'failed' } } },
    ]);
  });

  it('194: an active session is returned; the user’s last words are sent again; while it waits for the user nothing is sent', async () => {
    const waiting = await makePlace();
    const id = await makeOnboarding(app, orgId, waiting, { messages: [answered, asked] });
    const same = await post(waiting, 'start');
    expect([same.statusCode, same.json().id]).toEqual([200, id]);
    expect(await sessionsOf(waiting)).toMatchObject([{ dispatch_state: 'idle', messages: [answered, asked] }]);

    const resent = await makePlace();
    await makeOnboarding(app, orgId, resent, { messages: [answered, asked, answered], dispatchState: 'waiting_agent' });
    expect((await post(resent, 'start')).json().code).toBe('onboarding.dispatch_failed');
    expect(await sessionsOf(resent)).toMatchObject([
      { dispatch_state: 'failed', messages: [answered, asked, answered], last_error: { code: 'gateway.unreachable' } },
    ]);
  });

  it('194: what is just being sent is not sent twice', async () => {
    const boardId = await makePlace();
    await makeOnboarding(app, orgId, boardId, { messages: [answered], dispatchState: 'sending' });
    expect((await post(boardId, 'start')).json().dispatch_state).toBe('sending');
    const stuck = await makePlace();
    const updatedAt = new Date(Date.now() - 60_000);
    await makeOnboarding(app, orgId, stuck, { messages: [answered], dispatchState: 'sending', updatedAt });
    expect((await post(stuck, 'start')).json().code).toBe('onboarding.dispatch_failed');
  });

  it('195: parallel starts give one session', async () => {
    const boardId = await makePlace();
    await Promise.all([1, 2, 3, 4, 5].map(() => post(boardId, 'start')));
    expect(await sessionsOf(boardId)).toHaveLength(1);
  });

  it('needs a gateway', async () => {
    const boardId = await makeBoard(app, orgId);
    expect((await post(boardId, 'start')).json().code).toBe('board.gateway_missing');
    expect((await read(boardId)).code).toBe('onboarding.not_found');
    expect((await post(boardId, 'answer', { answer: 'x' })).json().code).toBe('onboarding.not_found');
  });

  it('needs write access', async () => {
    const boardId = await makePlace();
    const reader = await makeMember(app, orgId, { boards: { [boardId]: 'read' } });
    for (const what of ['start', 'answer', 'confirm'])
      expect((await post(boardId, what, { answer: 'x', board_type: 'general' }, reader.headers)).json().code).toBe(
        'board.access_denied',
      );
    const foreign = await makeBoard(app, await makeOrganization(app));
    expect((await post(foreign, 'start')).json().code).toBe('board.not_found');
  });
});

describe('the conversation', () => {
  it('196: a failed dispatch of an answer is 502 and stores nothing', async () => {
    const boardId = await makePlace();
    await makeOnboarding(app, orgId, boardId, { messages: [asked] });
    const before = await sessionsOf(boardId);
    const answer = await post(boardId, 'answer', { answer: 'Fun', other_text: 'and profit' });
    expect([answer.statusCode, answer.json().code]).toEqual([502, 'onboarding.dispatch_failed']);
    expect(await sessionsOf(boardId)).toEqual(before);
    expect((await post(boardId, 'answer', { answer: ' ' })).json().code).toBe('request.invalid');
  });

  it('197: a question appends an assistant message, complete stores the draft, after confirmed it is 409', async () => {
    const boardId = await makePlace();
    const say = (payload: object, what = 'agent') => post(boardId, what, payload, main.headers);
    expect((await say(question)).json().code).toBe('onboarding.not_found');
    await makeOnboarding(app, orgId, boardId, { messages: [answered], dispatchState: 'waiting_agent' });
    const afterQuestion = (await say(question)).json();
    expect(afterQuestion).toMatchObject({ status: 'active', dispatch_state: 'idle' });
    expect(JSON.parse(afterQuestion.messages.at(-1).content)).toEqual(question);

    const goal = { board_type: 'goal', objective: 'Win', success_metrics: { games: 3 }, target_date: '2026-12-24' };
    expect((await say({ status: 'complete', board_type: 'goal' })).json().code).toBe('board.goal_incomplete');
    const complete = {
      status: 'complete',
      ...goal,
      user_profile: { preferred_name: ' Pat ' },
      lead_agent: { name: 'Ada' },
    };
    const twin = await app.router.inject({
      method: 'POST',
      url: `/api/v1/agent/boards/${boardId}/onboarding`,
      headers: main.headers,
      payload: complete,
    });
    expect(twin.json()).toMatchObject({
      status: 'completed',
      draft_goal: {
        ...goal,
        target_date: '2026-12-24T00:00:00.000Z',
        user_profile: { preferred_name: 'Pat', pronouns: null },
        lead_agent: { name: 'Ada', autonomy_level: null },
      },
    });
    expect((await say({ ...complete, objective: 'Win big' })).json().draft_goal.objective).toBe('Win big');
    expect((await say({ question: 'x', options: [] })).json().code).toBe('request.invalid');

    expect((await post(boardId, 'confirm', goal)).statusCode).toBe(200);
    expect((await say(question)).json().code).toBe('onboarding.confirmed');
    expect((await post(boardId, 'answer', { answer: 'x' })).json().code).toBe('onboarding.confirmed');
  });

  it('streams tell whoever reads the board how it stands, not what was said', async () => {
    const boardId = await makePlace();
    const id = await makeOnboarding(app, orgId, boardId, { messages: [answered], dispatchState: 'waiting_agent' });
    const stream = await openStream(app, '/stream?topics=activity');
    await post(boardId, 'agent', question, main.headers);
    const { data } = await stream.find(
      (message) => message.event === 'onboarding' && JSON.stringify(message).includes(id),
    );
    expect(data).toMatchObject({ board_id: boardId, onboarding: { id, status: 'active', dispatch_state: 'idle' } });
    expect(JSON.stringify(data)).not.toContain(question.question);
    stream.close();
  });

  it('198: a user or worker posting as agent is 401 or 403, the main agent of another gateway 403', async () => {
    const boardId = await makePlace();
    await makeOnboarding(app, orgId, boardId);
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    const { main: other } = await makeGateway(app, orgId);
    const status = async (headers: Headers) => (await post(boardId, 'agent', question, headers)).statusCode;
    expect(await status(app.owner.headers)).toBe(401);
    expect((await post(boardId, 'agent', question, worker.headers)).json().code).toBe('agent.main_required');
    expect((await post(boardId, 'agent', question, other.headers)).json().code).toBe('agent.board_forbidden');
    expect(await status(main.headers)).toBe(200);
  });

  it('an agent that is silent for two minutes is shown as failed', async () => {
    const boardId = await makePlace();
    const updatedAt = new Date(Date.now() - 121_000);
    await makeOnboarding(app, orgId, boardId, { messages: [answered], dispatchState: 'waiting_agent', updatedAt });
    expect(await read(boardId)).toMatchObject({
      dispatch_state: 'failed',
      last_error: { code: 'onboarding.agent_silent' },
    });
  });
});

describe('confirming', () => {
  const goal = { board_type: 'goal', objective: 'Win', success_metrics: { games: 3 } };
  const lead = {
    name: null,
    identity_profile: null,
    autonomy_level: null,
    verbosity: null,
    output_format: null,
    update_cadence: null,
    custom_instructions: null,
  };

  it('199: a board of type goal needs objective and metrics', async () => {
    const boardId = await makePlace();
    expect((await post(boardId, 'confirm', goal)).json().code).toBe('onboarding.not_found');
    await makeOnboarding(app, orgId, boardId);
    for (const fields of [{ board_type: 'goal' }, { ...goal, success_metrics: {} }, { ...goal, objective: ' ' }])
      expect((await post(boardId, 'confirm', fields)).json().code).toBe('board.goal_incomplete');
    expect((await post(boardId, 'confirm', { board_type: 'general' })).statusCode).toBe(200);
  });

  it('takes goal, person and lead over, and makes a missing lead again when repeated', async () => {
    const { db } = app.platform;
    const boardId = await makePlace();
    const member = await makeMember(app, orgId, { boards: { [boardId]: 'write' } });
    const draft = {
      status: 'complete',
      ...goal,
      target_date: null,
      user_profile: {
        preferred_name: 'Pat',
        pronouns: null,
        timezone: 'Mars/Olympus',
        notes: 'night owl',
        context: null,
      },
      lead_agent: { ...lead, name: 'Grace', identity_profile: { tone: 'dry' }, autonomy_level: 'balanced' },
    };
    const id = await makeOnboarding(app, orgId, boardId, { status: 'completed', messages: [answered, asked], draft });
    const board = (await post(boardId, 'confirm', goal, member.headers)).json();
    expect(board).toMatchObject({
      ...goal,
      goal_confirmed: true,
      goal_source: 'lead_agent_onboarding',
      require_approval_for_done: true,
    });
    expect(await read(boardId)).toMatchObject({ id, status: 'confirmed' });
    const user = await db
      .selectFrom('users')
      .select(['preferred_name', 'timezone', 'notes'])
      .where('id', '=', member.userId)
      .executeTakeFirst();
    expect(user).toEqual({ preferred_name: 'Pat', timezone: null, notes: 'night owl' });
    const findLead = () =>
      db
        .selectFrom('agents')
        .select(['id', 'name', 'identity_profile', 'lifecycle_state'])
        .where('board_id', '=', boardId)
        .where('kind', '=', 'lead')
        .execute();
    const [made, ...others] = await findLead();
    expect(others).toEqual([]);
    expect(made).toMatchObject({ name: 'Grace', identity_profile: { tone: 'dry', autonomy_level: 'balanced' } });
    const jobs = await db
      .selectFrom('work_jobs')
      .select(['kind', 'waits_for'])
      .where('board_id', '=', boardId)
      .where('kind', '=', 'agent.reconcile')
      .execute();
    expect(jobs).toEqual([{ kind: 'agent.reconcile', waits_for: `gateway:${gatewayId}` }]);

    await db
      .deleteFrom('agents')
      .where('id', '=', made?.id ?? '')
      .execute();
    expect((await post(boardId, 'confirm', goal)).json()).toMatchObject({ version: board.version });
    expect(await findLead()).toHaveLength(1);
  });

  it('takes the person and the lead as they were edited, and keeps that', async () => {
    const boardId = await makeBoard(app, orgId, { gatewayId, rules: { require_approval_for_done: true } });
    const member = await makeMember(app, orgId, { boards: { [boardId]: 'write' } });
    const draft = { status: 'complete', ...goal, lead_agent: { ...lead, name: 'Grace', autonomy_level: 'ask_first' } };
    await makeOnboarding(app, orgId, boardId, { status: 'completed', draft });
    const edited = {
      ...goal,
      user_profile: { preferred_name: 'Sam' },
      lead_agent: { name: 'Edda', autonomy_level: 'autonomous' },
    };
    const board = (await post(boardId, 'confirm', edited, member.headers)).json();
    expect(board.require_approval_for_done).toBe(false);
    const me = await app.router.inject({ url: '/api/v1/users/me', headers: member.headers });
    expect(me.json().preferred_name).toBe('Sam');
    const agents = await app.router.inject({ url: `/api/v1/agents?board_id=${boardId}`, headers: app.owner.headers });
    expect(agents.json().items).toMatchObject([{ name: 'Edda', identity_profile: { autonomy_level: 'autonomous' } }]);
    expect((await read(boardId)).draft_goal).toMatchObject({ ...goal, lead_agent: { name: 'Edda' } });
  });

  it('200: an autonomous lead needs no approval', async () => {
    const boardId = await makeBoard(app, orgId, { gatewayId, rules: { require_approval_for_done: true } });
    const lead_agent = { ...lead, identity_profile: { autonomy: 'fully autonomous' } };
    await makeOnboarding(app, orgId, boardId, { draft: { status: 'complete', board_type: 'general', lead_agent } });
    await post(boardId, 'confirm', { board_type: 'general' });
    expect((await readBoard(boardId)).require_approval_for_done).toBe(false);
  });
});
