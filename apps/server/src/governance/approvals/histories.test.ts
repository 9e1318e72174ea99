import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { HeldCalls, heldHistory } from '../../../test/approvals/held-calls.ts';
import {
  type Command,
  GROUPS,
  type Group,
  type Hash,
  history,
  PEOPLE,
  type Person,
  type Place,
} from '../../../test/approvals/history.ts';
import { Machine, newWorld, UNIT_MS } from '../../../test/approvals/machine.ts';
import {
  type MadeMember,
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeTask,
} from '../../../test/make.ts';
import { isOverdue } from './approvals.rules.ts';
import { expireOverdueApprovals } from './expiry/expiry.service.ts';
import { consumeTaskApproval } from './tasks/task-approvals.service.ts';

/** As many histories as run in a few seconds; the pure ones of approvals.rules.test.ts are the many. */
const HISTORIES = 20;
const HELD_HISTORIES = 12;

let now = new Date('2026-03-01T08:00:00Z');
let app: TestApp;
let gatewayId: string;
beforeAll(async () => {
  app = await createTestApp({ now: () => now });
  ({ gatewayId } = await makeGateway(app, app.owner.orgId));
});
afterAll(() => app.close());

interface Rows {
  people: Record<Person, MadeMember>;
  places: Record<Place, string>;
  groups: Record<Group, string>;
  agent: { 'x-agent-token': string };
  taskId: string;
}

async function makeRows(): Promise<Rows> {
  const { orgId } = app.owner;
  const board = await makeBoard(app, orgId, { gatewayId });
  const groups = {} as Rows['groups'];
  const places = { board } as Rows['places'];
  for (const group of GROUPS) {
    groups[group] = await makeBoardGroup(app, orgId, group);
    places[group] = await makeBoard(app, orgId, { groupId: groups[group] });
  }
  const people = {} as Rows['people'];
  for (const person of PEOPLE) people[person] = await makeMember(app, orgId, { all_boards_read: true, name: person });
  const { headers } = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: board });
  return { people, places, groups, agent: headers, taskId: await makeTask(app, orgId, board) };
}

interface Asked {
  id: string;
  args_hash: string;
  hash: Hash;
}

/** The world of a history as rows, moved by the API. */
class Server {
  private readonly rows: Rows;
  private readonly approvals: Asked[] = [];
  private readonly loans: { id: string; from: Person }[] = [];

  private constructor(rows: Rows) {
    this.rows = rows;
  }

  static async start(): Promise<Server> {
    const server = new Server(await makeRows());
    for (const right of newWorld().rights) {
      const [person, place] = right.split('@') as [Person, Place];
      await server.allow(person, place);
    }
    return server;
  }

  async run(command: Command): Promise<string> {
    switch (command.do) {
      case 'ask':
        return this.ask(command);
      case 'change': {
        const approval = this.approvals.at(-1 - command.nth) ?? this.approvals[0];
        return approval ? this.change(approval.id, command) : 'none';
      }
      case 'use': {
        const approval = this.approvals.at(-1 - command.nth) ?? this.approvals[0];
        return approval ? this.use(approval, command.hash) : 'none';
      }
      case 'allow':
        await this.allow(command.person, command.place);
        return 'ok';
      case 'deny':
        await this.deny(command.person, command.place);
        return 'ok';
      case 'lend':
        return this.lend(command);
      case 'take back':
        return this.takeBack(command.nth);
      case 'wait':
        now = new Date(now.getTime() + command.units * UNIT_MS);
        return 'ok';
      case 'expire':
        await expireOverdueApprovals(app.platform);
        return 'ok';
      case 'finish':
        return this.finish();
      case 'rework':
        await app.platform.db
          .updateTable('tasks')
          .set((eb) => ({ cycle: eb('cycle', '+', 1) }))
          .where('id', '=', this.rows.taskId)
          .execute();
        return 'ok';
    }
  }

  async listStatuses(): Promise<string[]> {
    const url = `/api/v1/boards/${this.rows.places.board}/approvals?limit=200`;
    const { items } = (await app.router.inject({ url, headers: this.rows.agent })).json();
    const byId = new Map(items.map((item: { id: string; status: string }) => [item.id, item.status]));
    return this.approvals.map(({ id }) => String(byId.get(id)));
  }

  private async send(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    payload?: object,
  ) {
    const url = `/api/v1${path}`;
    const answer = await app.router.inject({ method, url, headers, ...(payload ? { payload } : {}) });
    return { code: answer.statusCode < 300 ? 'ok' : answer.json().code, answer };
  }

  private async ask({ by, k, groups, hash, span, isLinked }: Command & { do: 'ask' }): Promise<string> {
    const headers = by === 'agent' ? this.rows.agent : this.rows.people[by].headers;
    const { code, answer } = await this.send('POST', `/boards/${this.rows.places.board}/approvals`, headers, {
      action_type: 'deploy',
      confidence: 50,
      lead_reasoning: 'A history.',
      args: { hash },
      task_ids: isLinked ? [this.rows.taskId] : [],
      required_approvals: k,
      eligible_group_ids: groups.map((group) => this.rows.groups[group]),
      expires_in_seconds: (span * UNIT_MS) / 1000,
    });
    if (code === 'ok') this.approvals.push({ ...answer.json(), hash });
    return code;
  }

  private async change(id: string, { by, to, group }: Command & { do: 'change' }): Promise<string> {
    const body = { status: to, board_group_id: group && this.rows.groups[group] };
    return (
      await this.send('PATCH', `/boards/${this.rows.places.board}/approvals/${id}`, this.rows.people[by].headers, body)
    ).code;
  }

  private async use(approval: Asked, hash: Hash): Promise<string> {
    const args_hash = approval.hash === hash ? approval.args_hash : '0'.repeat(64);
    const path = `/boards/${this.rows.places.board}/approvals/${approval.id}/consume`;
    return (await this.send('POST', path, this.rows.agent, { args_hash })).code;
  }

  private async finish(): Promise<string> {
    const { board } = this.rows.places;
    return inTransaction(systemContext(app.platform, app.owner.orgId), async (tx) => {
      const { cycle } = await tx.db
        .selectFrom('tasks')
        .select('cycle')
        .where('id', '=', this.rows.taskId)
        .forUpdate()
        .executeTakeFirstOrThrow();
      return (await consumeTaskApproval(tx, { boardId: board, taskId: this.rows.taskId, cycle })) ? 'ok' : 'none';
    });
  }

  private async lend({ from, to, group, units }: Command & { do: 'lend' }): Promise<string> {
    const { code, answer } = await this.send('POST', '/approval-delegations', this.rows.people[from].headers, {
      to: this.rows.people[to].userId,
      until: new Date(now.getTime() + units * UNIT_MS).toISOString(),
      groups: group ? [this.rows.groups[group]] : [],
    });
    if (code === 'ok') this.loans.push({ id: answer.json().id, from });
    return code;
  }

  private async takeBack(nth: number): Promise<string> {
    const loan = this.loans.at(-1 - nth);
    if (!loan) return 'none';
    this.loans.splice(this.loans.indexOf(loan), 1);
    return (await this.send('DELETE', `/approval-delegations/${loan.id}`, this.rows.people[loan.from].headers)).code;
  }

  private async allow(person: Person, place: Place): Promise<void> {
    await app.platform.db
      .insertInto('organization_board_access')
      .values({
        id: newId(),
        org_id: app.owner.orgId,
        organization_member_id: this.rows.people[person].memberId,
        board_id: this.rows.places[place],
        can_write: true,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  private async deny(person: Person, place: Place): Promise<void> {
    await app.platform.db
      .deleteFrom('organization_board_access')
      .where('organization_member_id', '=', this.rows.people[person].memberId)
      .where('board_id', '=', this.rows.places[place])
      .execute();
  }
}

it('130: the server answers random histories as the rules do, command by command', async () => {
  const answers = new Map<string, number>();
  const property = fc.asyncProperty(history(), async (commands) => {
    const machine = new Machine();
    const server = await Server.start();
    for (const [step, command] of commands.entries()) {
      const code = await server.run(command);
      expect(`${step} ${code}`, JSON.stringify(command)).toBe(`${step} ${machine.run(command).code}`);
      const answer = `${command.do}: ${code}`;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    const { approvals, now: end } = machine.world;
    const expected = approvals.map((approval) => (isOverdue(approval, end) ? 'rejected' : approval.status));
    expect(await server.listStatuses()).toEqual(expected);
  });
  await fc.assert(property, { numRuns: HISTORIES, seed: 20_260_301 });
  for (const answer of ['use: ok', 'finish: ok', 'use: approval.expired', 'change: approval.not_eligible'])
    expect(answers.get(answer), answer).toBeGreaterThan(0);
}, 120_000);

it('130: no history of questions, votes, times and calls executes a held call without valid leave', async () => {
  const clock = { now: () => now, wait: (ms: number) => (now = new Date(now.getTime() + ms)) };
  const calls = await HeldCalls.create(app, clock);
  const property = fc.asyncProperty(heldHistory(), async (commands) => {
    calls.begin();
    for (const command of commands) await calls.run(command);
    await expireOverdueApprovals(app.platform);
  });
  await fc.assert(property, { numRuns: HELD_HISTORIES, seed: 20_260_302 });
  expect(calls.executions).toBeGreaterThan(HELD_HISTORIES / 2);
}, 120_000);
