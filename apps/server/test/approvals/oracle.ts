import type { Command, Group, Person } from './history.ts';
import { type Fact, UNIT_MS, type World } from './machine.ts';

interface Yes {
  by: Person;
  lender: Person | null;
  group: Group | null;
}

/** One approval as an auditor would follow it, from what was asked and what was told. */
interface Case {
  asked: Command & { do: 'ask' };
  askedAt: number;
  cycle: number;
  yes: Yes[];
  isRejected: boolean;
  /** When it was granted with every place filled by people who could; undefined when it was not. */
  grantedAt: number | undefined;
  isResolved: boolean;
  isUsed: boolean;
}

/** Follows a history without the rules and says whether an execution had a valid grant. */
export class Auditor {
  private readonly cases: Case[] = [];

  /** An approval was asked for. */
  open(asked: Command & { do: 'ask' }, { now, cycle }: World): void {
    this.cases.push({
      asked,
      askedAt: now,
      cycle,
      yes: [],
      isRejected: false,
      grantedAt: undefined,
      isResolved: false,
      isUsed: false,
    });
  }

  /** False when the fact is an execution without a valid grant. */
  follow(fact: Fact, world: World): boolean {
    const file = this.cases[fact.nth];
    if (!file) return false;
    switch (fact.did) {
      case 'decided':
        if (file.isResolved) this.clear(file);
        if (fact.decision === 'approved') file.yes.push(fact);
        else file.isRejected = true;
        return true;
      case 'resolved':
        file.isResolved = true;
        if (fact.status === 'approved' && this.isGranted(file, world)) file.grantedAt = world.now;
        return true;
      case 'reopened':
        this.clear(file);
        return true;
      case 'expired':
        file.isResolved = true;
        return true;
      case 'used':
        return this.execute(file, world, fact.hash === file.asked.hash);
      case 'used for the task':
        return this.execute(file, world, file.asked.isLinked && fact.cycle === file.cycle);
    }
  }

  private clear(file: Case): void {
    Object.assign(file, { yes: [], isRejected: false, grantedAt: undefined, isResolved: false });
  }

  private execute(file: Case, { now }: World, isMeant: boolean): boolean {
    const spanMs = file.asked.span * UNIT_MS;
    const isInTime = file.grantedAt !== undefined && now < file.grantedAt + spanMs;
    const isValid = isMeant && isInTime && !file.isUsed;
    file.isUsed = true;
    return isValid;
  }

  /** Enough different people, for different departments, none who asked, all of them able to at this moment. */
  private isGranted({ asked, askedAt, yes, isRejected }: Case, world: World): boolean {
    if (isRejected || world.now >= askedAt + asked.span * UNIT_MS) return false;
    const able = yes.filter((one) => this.isAble(one, asked.groups, world));
    const people = able.flatMap(({ by, lender }) => (lender ? [by, lender] : [by]));
    if (people.includes(asked.by as Person)) return false;
    if (new Set(people).size !== people.length) return false;
    const places = asked.groups.length > 0 ? new Set(able.map(({ group }) => group)) : new Set(people);
    return places.size >= asked.k;
  }

  private isAble({ by, lender, group }: Yes, groups: Group[], { rights, loans, now }: World): boolean {
    if (groups.length === 0) return rights.has(`${by}@board`);
    if (group === null || !groups.includes(group)) return false;
    if (lender === null) return rights.has(`${by}@${group}`);
    const isLent = loans.some(
      (loan) =>
        loan.from === lender && loan.to === by && loan.until > now && (loan.group === null || loan.group === group),
    );
    return isLent && rights.has(`${lender}@${group}`) && rights.has(`${by}@board`);
  }
}
