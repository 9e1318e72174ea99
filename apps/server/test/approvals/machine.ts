import {
  type ApprovalState,
  assertQuorum,
  assertUsable,
  chooseVoice,
  type Decision,
  grantEnd,
  isOverdue,
  isStillValid,
  planChange,
  toOutcome,
  type Voice,
} from '#server/governance/approvals/approvals.rules.ts';
import { Problem } from '#server/platform/problem.ts';
import { type Command, type Group, type Hash, PEOPLE, type Person, type Place } from './history.ts';

/** What the machine tells of what it did, as the server does by facts. */
export type Fact =
  | {
      did: 'decided';
      nth: number;
      by: Person;
      lender: Person | null;
      group: Group | null;
      decision: Decision['decision'];
    }
  | { did: 'resolved'; nth: number; status: 'approved' | 'rejected' }
  | { did: 'reopened' | 'expired'; nth: number }
  | { did: 'used'; nth: number; hash: Hash }
  | { did: 'used for the task'; nth: number; cycle: number };

export interface Loan {
  from: Person;
  to: Person;
  group: Group | null;
  from_at: number;
  until: number;
}

export interface ModelApproval extends ApprovalState {
  decisions: Decision[];
  isLinked: boolean;
  linkCycle: number;
  isLinkUsed: boolean;
}

/** Everything that decides, in memory. */
export interface World {
  now: number;
  rights: Set<`${Person}@${Place}`>;
  loans: Loan[];
  cycle: number;
  approvals: ModelApproval[];
}

/** The rules under test; a test may break one to see that it is missed. */
export const RULES = { assertUsable, chooseVoice, isStillValid, planChange, toOutcome };
export type Rules = typeof RULES;

export const UNIT_MS = 60_000;

export const newWorld = (): World => ({
  now: 0,
  rights: new Set([
    ...(['ann@board', 'bob@board', 'cid@board', 'dee@board'] as const),
    ...(['ann@finance', 'bob@finance', 'bob@legal', 'cid@legal', 'cid@ops', 'dee@ops'] as const),
  ]),
  loans: [],
  cycle: 1,
  approvals: [],
});

/** The server's services on a {@link World}: the same rules in the same order, without a database. */
export class Machine {
  readonly world = newWorld();
  readonly rules: Rules;
  private facts: Fact[] = [];

  constructor(rules: Rules = RULES) {
    this.rules = rules;
  }

  /** The code of the answer, `ok` when it succeeded, and what was done. */
  run(command: Command): { code: string; facts: Fact[] } {
    this.facts = [];
    try {
      return { code: this.apply(command), facts: this.facts };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { code: error.code, facts: this.facts };
    }
  }

  private apply(command: Command): string {
    const { world } = this;
    switch (command.do) {
      case 'ask':
        return this.ask(command);
      case 'change':
        return this.change(command);
      case 'use':
        return this.use(command);
      case 'finish':
        return this.finish();
      case 'allow':
        world.rights.add(`${command.person}@${command.place}`);
        return 'ok';
      case 'deny':
        world.rights.delete(`${command.person}@${command.place}`);
        return 'ok';
      case 'lend':
        return this.lend(command);
      case 'take back':
        return this.takeBack(command.nth);
      case 'wait':
        world.now += command.units * UNIT_MS;
        return 'ok';
      case 'expire':
        this.expire(() => true);
        return 'ok';
      case 'rework':
        world.cycle++;
        return 'ok';
    }
  }

  private ask({ by, k, groups, hash, span, isLinked }: Command & { do: 'ask' }): string {
    const { world } = this;
    if (by !== 'agent' && !this.mayWrite(by)) return 'board.access_denied';
    assertQuorum(k, groups);
    if (isLinked) this.assertNonePending();
    world.approvals.push({
      status: 'pending',
      resolution: null,
      argsHash: hash,
      requiredApprovals: k,
      eligibleGroupIds: groups,
      personPlaces: null,
      requestedByUserId: by === 'agent' ? null : by,
      excludedUserId: null,
      createdAt: world.now,
      expiresAt: world.now + span * UNIT_MS,
      resolvedAt: null,
      isConsumed: false,
      decisions: [],
      isLinked,
      linkCycle: world.cycle,
      isLinkUsed: false,
    });
    return 'ok';
  }

  private change({ nth: back, by, to, group }: Command & { do: 'change' }): string {
    const { nth, approval } = this.find(back);
    if (!approval) return 'none';
    const voices = this.listVoices(approval);
    const mine = voices.filter(({ userId }) => userId === by);
    if (mine.length === 0 && !this.mayWrite(by)) return 'board.access_denied';
    const plan = this.rules.planChange(approval, to, this.world.now);
    if (plan === 'none') return 'ok';
    if (to === 'pending') return this.reopen(nth, approval, by);
    const counted =
      plan === 'replace' ? [] : approval.decisions.filter((made) => this.rules.isStillValid(approval, made, voices));
    const voice = this.rules.chooseVoice(approval, { userId: by, decision: to, groupId: group }, mine, counted);
    const decisions = [...counted, { ...voice, decision: to }];
    const outcome = this.rules.toOutcome(approval, decisions);
    if (outcome === 'pending' && plan === 'replace' && approval.isLinked) this.assertNonePending();
    Object.assign(approval, { decisions, status: outcome, ...this.toResolution(outcome) });
    this.facts.push({
      did: 'decided',
      nth,
      by,
      // Its people and groups are the only ones there are.
      lender: voice.delegatedByUserId as Person | null,
      group: voice.groupId as Group | null,
      decision: to,
    });
    if (outcome !== 'pending') this.facts.push({ did: 'resolved', nth, status: outcome });
    return 'ok';
  }

  private toResolution(outcome: ApprovalState['status']): Pick<ApprovalState, 'resolution' | 'resolvedAt'> {
    return outcome === 'pending'
      ? { resolution: null, resolvedAt: null }
      : { resolution: outcome, resolvedAt: this.world.now };
  }

  private reopen(nth: number, approval: ModelApproval, by: Person): string {
    if (!this.mayWrite(by)) return 'board.access_denied';
    if (approval.isLinked) this.assertNonePending();
    Object.assign(approval, { status: 'pending', resolution: null, resolvedAt: null, decisions: [] });
    this.facts.push({ did: 'reopened', nth });
    return 'ok';
  }

  private use({ nth: back, hash }: Command & { do: 'use' }): string {
    const { nth, approval } = this.find(back);
    if (!approval) return 'none';
    this.rules.assertUsable(approval, hash, this.world.now);
    approval.isConsumed = true;
    approval.isLinkUsed = true;
    this.facts.push({ did: 'used', nth, hash });
    return 'ok';
  }

  /** The one UPDATE of `consumeLink`, in words. */
  private finish(): string {
    const { approvals, cycle, now } = this.world;
    const usable = approvals.filter(
      (one) =>
        one.isLinked &&
        !one.isLinkUsed &&
        !one.isConsumed &&
        one.linkCycle === cycle &&
        one.status === 'approved' &&
        grantEnd(one) > now,
    );
    const [oldest] = usable.toSorted((a, b) => (a.resolvedAt ?? 0) - (b.resolvedAt ?? 0));
    if (!oldest) return 'none';
    oldest.isLinkUsed = true;
    oldest.isConsumed = true;
    this.facts.push({ did: 'used for the task', nth: approvals.indexOf(oldest), cycle });
    return 'ok';
  }

  private lend({ from, to, group, units }: Command & { do: 'lend' }): string {
    if (from === to) return 'request.invalid';
    const { now, loans } = this.world;
    loans.push({ from, to, group, from_at: now, until: now + units * UNIT_MS });
    return 'ok';
  }

  private expire(isMeant: (approval: ModelApproval) => boolean): void {
    for (const [nth, approval] of this.world.approvals.entries()) {
      if (!isOverdue(approval, this.world.now) || !isMeant(approval)) continue;
      Object.assign(approval, { status: 'rejected', resolution: 'expired', resolvedAt: approval.expiresAt });
      this.facts.push({ did: 'expired', nth });
    }
  }

  private assertNonePending(): void {
    const waiting = this.world.approvals.filter(({ isLinked, status }) => isLinked && status === 'pending');
    if (waiting.some((approval) => !isOverdue(approval, this.world.now)))
      throw new Problem('approval.already_pending', 409, 'One is pending.');
    this.expire(({ isLinked }) => isLinked);
  }

  private takeBack(back: number): string {
    const { loans } = this.world;
    return loans.length > back && loans.splice(loans.length - 1 - back, 1) ? 'ok' : 'none';
  }

  private find(back: number): { nth: number; approval: ModelApproval | undefined } {
    const { approvals } = this.world;
    const nth = Math.max(0, approvals.length - 1 - back);
    return { nth, approval: approvals[nth] };
  }

  private mayWrite = (person: Person, place: Place = 'board'): boolean => this.world.rights.has(`${person}@${place}`);

  private listVoices({ eligibleGroupIds }: ModelApproval): Voice[] {
    const groups = eligibleGroupIds as Group[]; // the machine makes no others
    const own = PEOPLE.flatMap((userId): Voice[] =>
      (groups.length === 0 ? [null] : groups)
        .filter((group) => this.mayWrite(userId, group ?? 'board'))
        .map((groupId) => ({ userId, groupId, delegatedByUserId: null })),
    );
    const lent = this.world.loans
      .filter(({ to, from_at, until }) => from_at <= this.world.now && until > this.world.now && this.mayWrite(to))
      .flatMap(({ from, to, group }) =>
        groups
          .filter((one) => (group === null || group === one) && this.mayWrite(from, one))
          .map((groupId) => ({ userId: to, groupId, delegatedByUserId: from })),
      );
    return [...own, ...lent];
  }
}
