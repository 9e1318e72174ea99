import type { TestApp } from './app.ts';
import {
  type BoardRow,
  type MadeAgent,
  type MadeMember,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
} from './make.ts';

type Headers = Record<string, string>;

/** An answer of the API, as tests of tasks look at it. */
export interface Answer {
  status: number;
  code: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered
  body: any;
  headers: Record<string, unknown>;
}

/** A board with a lead, two workers and a person who may write on it. */
export interface TaskBoard {
  orgId: string;
  boardId: string;
  gatewayId: string;
  lead: MadeAgent;
  worker: MadeAgent;
  other: MadeAgent;
  main: MadeAgent;
  user: MadeMember;
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    options?: { body?: unknown; as?: Headers },
  ): Promise<Answer>;
  /** Makes a task through the API, as the person. */
  create(body?: Record<string, unknown>): Promise<Answer['body']>;
  /** Changes a task; as the person unless said otherwise. */
  patch(id: string, body: Record<string, unknown>, as?: Headers): Promise<Answer>;
  read(id: string): Promise<Answer['body']>;
  /** What agents of the board are told since the last look, as `who: what`, sorted. */
  told(): Promise<string[]>;
  /** Types of the facts about a task, in order. */
  factsOf(id: string): Promise<string[]>;
}

export async function makeTaskBoard(app: TestApp, rules: BoardRow['rules'] = {}): Promise<TaskBoard> {
  const { orgId } = app.owner;
  const { gatewayId, main } = await makeGateway(app, orgId);
  const boardId = await makeBoard(app, orgId, { gatewayId, rules });
  const agent = (kind: 'lead' | 'worker', name: string) =>
    makeGatewayAgent(app, orgId, { kind, gatewayId, boardId, name: `${name} ${boardId.slice(-6)}` });
  const lead = await agent('lead', 'Lia');
  const worker = await agent('worker', 'Alex');
  const other = await agent('worker', 'Bob');
  const user = await makeMember(app, orgId, { all_boards_write: true, name: 'Pat Example' });
  const names = new Map([
    [lead.agentId, 'lead'],
    [worker.agentId, 'worker'],
    [other.agentId, 'other'],
    [main.agentId, 'main'],
  ]);
  const seen = new Set<string>();

  const call: TaskBoard['call'] = async (method, url, { body, as = user.headers } = {}) => {
    const answer = await app.router.inject({
      method,
      url: `/api/v1${url}`,
      headers: as,
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const json = answer.body === '' ? null : answer.json();
    return { status: answer.statusCode, code: json?.code, body: json, headers: answer.headers };
  };
  const path = `/boards/${boardId}/tasks`;
  return {
    ...{ orgId, boardId, gatewayId, lead, worker, other, main, user, call },
    async create(body = {}) {
      const answer = await call('POST', path, { body: { title: 'Task', ...body } });
      if (answer.status !== 200) throw new Error(`the task was refused: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    patch: (id, body, as = user.headers) => call('PATCH', `${path}/${id}`, { body, as }),
    read: async (id) => (await call('GET', `${path}/${id}`)).body,
    async told() {
      const jobs = await app.platform.db
        .selectFrom('work_jobs')
        .select(['id', 'payload'])
        .where('org_id', '=', orgId)
        .where('kind', '=', 'gateway.send')
        .execute();
      const fresh = jobs.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      const messages = fresh.map(({ payload }) => payload as { agent_id: string; kind: string });
      return messages
        .filter(({ agent_id }) => names.has(agent_id))
        .map(({ agent_id, kind }) => `${names.get(agent_id)}: ${kind}`)
        .sort();
    },
    async factsOf(id) {
      const facts = await app.platform.db
        .selectFrom('events')
        .select('type')
        .where('subject_id', '=', id)
        .orderBy('id')
        .execute();
      return facts.map(({ type }) => type);
    },
  };
}
