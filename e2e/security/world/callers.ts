import { randomUUID } from 'node:crypto';
import type { TestApp } from '../../../apps/server/test/app.ts';
import {
  type MadeAgent,
  type MemberRights,
  makeMember,
  makeProcess,
  makeServiceKey,
} from '../../../apps/server/test/make.ts';
import type { BoardRows, OrganizationRows } from './rows.ts';

type Level = 'none' | 'read' | 'write';

/** Who calls, and what of it decides, seen from the home board. */
export interface Caller {
  name: string;
  headers: Record<string, string>;
  /** The marks of the boards whose content it may see. */
  sees: string[];
  person?: { role: 'member' | 'admin' | 'owner'; board: Level; readsOnly?: true };
  agent?: { kind: 'main' | 'lead' | 'worker' | 'external'; inScope: boolean };
  program?: 'key' | 'process';
}

const ALL = ['mark-home', 'mark-elsewhere'];

/** Every kind of caller of the home organization. */
export async function makeCallers(
  app: TestApp,
  { main }: OrganizationRows,
  home: BoardRows,
  elsewhere: BoardRows,
): Promise<Caller[]> {
  const { orgId } = app.owner;
  const boardId = home.ids.board_id as string;
  const person = async (name: string, role: 'member' | 'admin' | 'owner', board: Level): Promise<Caller> => {
    const boards: MemberRights['boards'] = board === 'none' ? {} : { [boardId]: board };
    const { headers } = await makeMember(app, orgId, { role, boards, name });
    return { name, headers, sees: board === 'none' ? [] : ['mark-home'], person: { role, board } };
  };
  const agent = (name: string, made: MadeAgent, kind: 'main' | 'lead' | 'worker', inScope: boolean): Caller => ({
    name,
    headers: made.headers,
    sees: kind === 'main' ? ALL : [inScope ? 'mark-home' : 'mark-elsewhere'],
    agent: { kind, inScope },
  });
  const key = await makeServiceKey(app, { scopes: ['enroll', 'otlp', 'metrics', 'read'] });
  return [
    { name: 'nobody', headers: {}, sees: [] },
    await person('member without boards', 'member', 'none'),
    await person('member who reads the board', 'member', 'read'),
    await person('member who writes on the board', 'member', 'write'),
    await person('admin without boards', 'admin', 'none'),
    await person('admin who writes on the board', 'admin', 'write'),
    { name: 'owner', headers: app.owner.headers, sees: ALL, person: { role: 'owner', board: 'write' } },
    await makeReader(app),
    agent('agent of the board', home.worker, 'worker', true),
    agent('lead of the board', home.lead, 'lead', true),
    agent('agent of another board', elsewhere.worker, 'worker', false),
    agent('lead of another board', elsewhere.lead, 'lead', false),
    agent('main agent of the gateway', main, 'main', true),
    await makeExternalAgent(app, boardId),
    { name: 'service key', headers: { authorization: `Bearer ${key}` }, sees: ALL, program: 'key' },
    { name: 'process', headers: (await makeProcess(app, 'process')).headers, sees: [], program: 'process' },
  ];
}

/** A personal access token of an owner that may only read: it acts as a member. */
async function makeReader(app: TestApp): Promise<Caller> {
  const { orgId } = app.owner;
  const { headers, userId } = await makeMember(app, orgId, {
    role: 'owner',
    all_boards_write: true,
    name: randomUUID(),
  });
  await app.platform.db
    .updateTable('access_tokens')
    .set({ scopes: ['read'] })
    .where('user_id', '=', userId)
    .execute();
  return {
    name: 'token that only reads',
    headers,
    sees: ALL,
    person: { role: 'member', board: 'write', readsOnly: true },
  };
}

/** An agent of an SDK that works on the board, named by its process. */
async function makeExternalAgent(app: TestApp, boardId: string): Promise<Caller> {
  const { agentId, headers } = await makeProcess(app, 'external');
  await app.platform.db.updateTable('agents').set({ board_id: boardId }).where('id', '=', agentId).execute();
  return {
    name: 'agent of an SDK on the board',
    headers: { ...headers, 'mc-agent': 'external' },
    sees: ['mark-home'],
    agent: { kind: 'external', inScope: true },
  };
}
