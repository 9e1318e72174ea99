import fc from 'fast-check';
import { expect } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import type { TestApp } from '../app.ts';
import { type MadeMember, makeMember, makeProcess } from '../make.ts';

/** What may happen around calls that a policy holds back; `nth` counts back from the newest. */
type HeldCommand =
  | { do: 'ask'; k: 1 | 2 }
  | { do: 'vote'; nth: number; by: number; yes: boolean }
  | { do: 'call'; nth: number; isChanged: boolean }
  | { do: 'cancel'; nth: number }
  | { do: 'wait'; minutes: number };

const nth = fc.constantFrom(0, 0, 0, 1, 2);
const PEOPLE = 3;

const ask = fc.record({ do: fc.constant('ask' as const), k: fc.constantFrom(1 as const, 2 as const) });
const vote = fc.record({
  ...{ do: fc.constant('vote' as const), nth, by: fc.integer({ min: 0, max: PEOPLE - 1 }) },
  yes: fc.constantFrom(true, true, true, true, true, false),
});
const call = fc.record({ do: fc.constant('call' as const), nth, isChanged: fc.constantFrom(false, false, true) });
const cancel = fc.record({ do: fc.constant('cancel' as const), nth });
const wait = fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 6, 16, 31) });

const command: fc.Arbitrary<HeldCommand> = fc.oneof(
  { weight: 2, arbitrary: ask },
  { weight: 10, arbitrary: vote },
  { weight: 8, arbitrary: call },
  { weight: 1, arbitrary: cancel },
  { weight: 1, arbitrary: wait },
);

export const heldHistory = (): fc.Arbitrary<HeldCommand[]> =>
  fc
    .tuple(ask, fc.array(command, { minLength: 15, maxLength: 30, size: 'max' }))
    .map(([first, rest]) => [first, ...rest]);

/** A held call, and what the auditor knows of it by the answers alone. */
interface Held {
  id: string;
  k: number;
  askedAt: number;
  yes: Set<number>;
  /** Somebody said no, it was executed, or nobody waits. */
  isOver: boolean;
  approvedAt: number | undefined;
}

interface Clock {
  now: () => Date;
  wait: (ms: number) => void;
}

const MINUTE_MS = 60_000;
const STEP = 'root/tool:pay#1';
const HASHES = { right: 'a'.repeat(64), changed: 'b'.repeat(64) };

/** A process with calls that its policy holds back, people who decide, and an auditor of what is executed. */
export class HeldCalls {
  executions = 0;
  private held: Held[] = [];
  private readonly app: TestApp;
  private readonly clock: Clock;
  private readonly people: MadeMember[];
  private readonly agentId: string;
  private readonly headers: Record<string, string>;

  private constructor(app: TestApp, clock: Clock, rows: { people: MadeMember[]; agentId: string; headers: object }) {
    this.app = app;
    this.clock = clock;
    this.people = rows.people;
    this.agentId = rows.agentId;
    this.headers = { ...rows.headers };
  }

  static async create(app: TestApp, clock: Clock): Promise<HeldCalls> {
    const { orgId, headers } = app.owner;
    const people = await Promise.all(Array.from({ length: PEOPLE }, () => makeMember(app, orgId)));
    const from = people.map(({ userId }) => `"user:${userId}@example.com"`).join(', ');
    const rules = [1, 2].map(
      (k) =>
        `  - { id: k${k}, tools: { match: [pay], action: require_approval }, approval: { from: [${from}], k: ${k} } }`,
    );
    const calls = new HeldCalls(app, clock, { people, ...(await makeProcess(app, 'held')) });
    const source = `version: 1\nname: held\nmode: enforce\nscope: { org: true }\nrules:\n${rules.join('\n')}\n`;
    const { id } = await calls.send('POST', '/policies', headers, { source });
    await calls.send('POST', `/policies/${id}/activate`, headers, { version: 1, acknowledge_unobserved: true });
    return calls;
  }

  begin(): void {
    this.held = [];
  }

  async run(next: HeldCommand): Promise<void> {
    if (next.do === 'wait') return void this.clock.wait(next.minutes * MINUTE_MS);
    if (next.do === 'ask') return await this.ask(next.k);
    const one = this.held.at(-1 - next.nth);
    if (!one) return;
    if (next.do === 'vote') await this.vote(one, next);
    else if (next.do === 'call') await this.call(one, next.isChanged);
    else await this.cancel(one);
  }

  private async ask(k: number): Promise<void> {
    const id = newId();
    const { status } = await this.send('POST', '/approvals', this.headers, {
      ...{ id, agent_id: this.agentId, run_id: newId(), step_key: STEP, kind: 'tool', tool: 'pay' },
      ...{ rules: [`held@1:k${k}`], args_hash: HASHES.right, explanation: 'Held.' },
    });
    expect(status).toBe('pending');
    this.held.push({ id, k, askedAt: this.at, yes: new Set(), isOver: false, approvedAt: undefined });
  }

  private async vote(one: Held, { by, yes }: HeldCommand & { do: 'vote' }): Promise<void> {
    const said = { decision: yes ? 'approved' : 'rejected', args_hash: HASHES.right };
    const { code } = await this.send('POST', `/approvals/${one.id}/decisions`, this.people[by]?.headers ?? {}, said);
    if (code !== undefined) return;
    if (!yes) {
      one.isOver = true;
      return;
    }
    if (one.approvedAt !== undefined) return;
    expect(this.isInTime(one) && !one.isOver, 'a yes counts in time, and where nobody said no').toBe(true);
    one.yes.add(by);
    if (one.yes.size === one.k) one.approvedAt = this.at;
  }

  /** Two at once: at most one goes through, and only with leave for exactly this call. */
  private async call(one: Held, isChanged: boolean): Promise<void> {
    const { grant } = await this.send('GET', `/approvals/${one.id}`, this.headers);
    const mayExecute = one.approvedAt !== undefined && !one.isOver && this.at < one.approvedAt + 15 * MINUTE_MS;
    if (!grant) return expect(mayExecute, 'leave is not withheld').toBe(false);
    const use = { step_key: STEP, args_hash: isChanged ? HASHES.changed : HASHES.right };
    const path = `/grants/${grant.id}/consume`;
    const answers = await Promise.all([1, 2].map(() => this.send('POST', path, this.headers, use)));
    const executed = answers.filter(({ code }) => code === undefined).length;
    expect(executed, 'executions').toBe(mayExecute && !isChanged ? 1 : 0);
    if (executed > 0) one.isOver = true;
    this.executions += executed;
  }

  private async cancel(one: Held): Promise<void> {
    if (this.isInTime(one) && one.approvedAt === undefined) one.isOver = true;
    await this.send('POST', `/approvals/${one.id}/cancel`, this.headers);
  }

  private get at(): number {
    return this.clock.now().getTime();
  }

  private isInTime = ({ askedAt }: Held): boolean => this.at < askedAt + 30 * MINUTE_MS;

  private async send(method: 'GET' | 'POST', path: string, headers: Record<string, string>, payload?: object) {
    const request = { method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) };
    return (await this.app.router.inject(request)).json();
  }
}
