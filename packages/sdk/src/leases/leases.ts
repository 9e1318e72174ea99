import { nowMicros } from '../clock.ts';
import { type Contact, failModeOf, hasContact } from '../enforcement/gate.ts';
import type { Agent } from '../enrolment/agent.ts';
import type { Bundle } from '../enrolment/bundle.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { Run } from '../runs/run.ts';
import type { FailMode, Settings } from '../settings.ts';
import { sleep } from '../transport/backoff.ts';
import { type Alone, createShares } from './alone.ts';
import { Budget, type Denial } from './budget.ts';
import { type BudgetKind, type LeaseCaps, type SharedLimit, toLeaseCaps } from './caps.ts';
import { createLeaseDesk } from './lease-desk.ts';
import { createPlaces, type Leave } from './places.ts';
import { createPriceBook, type PriceBook } from './price-book.ts';
import { type Admission, createReservations } from './reservations.ts';
import type { Spending } from './spending.ts';

/** Shares of budgets and places, for all agents of this process. */
export interface Leases {
  prices: PriceBook;
  /** Reserves what a model call may use, at once while what is held lasts. Undefined when nothing caps the agent. */
  admit: (run: Run, call: Spending) => Admission | Promise<Admission> | undefined;
  /** The limit that a denial names, if people may raise it. */
  findLiftable: (agent: Agent, denial: Denial) => SharedLimit | undefined;
  /** People raised a budget: those of this tree ask again. */
  hearLift: (run: Run) => void;
  /** Waits for a place for another run of an agent; undefined when nothing bounds them. Throws `LeaseDenied`. */
  enter: (agent: Agent, root: string | undefined) => Promise<Leave> | undefined;
  /** A run begins; what its tree holds goes back when the last of its runs has ended. */
  begin: (run: Run, task: string | undefined) => () => void;
  /** Gives everything back, in `ms` at most: the rest comes back when the server misses us. */
  close: (ms: number) => Promise<void>;
}

export interface LeasesOptions {
  settings: Settings;
  enrolment: Enrolment;
  contact: Contact;
  onContact: () => void;
}

/** What the runs of one tree and one agent share. */
interface Tree {
  runs: number;
  task: string | undefined;
  budgets: Map<BudgetKind, { of: string; budget: Budget }>;
}

const LIFTABLE: readonly SharedLimit['onExceed'][] = ['pause', 'escalate'];

const ALONE: Record<FailMode, Alone> = { fail_open: 'open', fail_closed: 'closed', last_known: 'last_known' };

export function createLeases({ settings, enrolment, contact, onContact }: LeasesOptions): Leases {
  const desk = createLeaseDesk(settings.url, enrolment, onContact);
  const trees = new Map<string, Tree>();
  const capsOf = createCapsCache();
  const shares = createShares();
  const prices = createPriceBook(desk);

  const mayAnswer = createPatience(contact);
  const decideAlone = (agent: Agent, why: string | undefined): Alone | undefined => {
    const alone = ALONE[failModeOf(agent, settings)];
    return why === undefined && mayAnswer(agent, alone) ? undefined : alone;
  };
  const places = createPlaces({ desk, decideAlone });

  const ends = createEnds();
  const treeOf = (run: Run): Tree => {
    const key = keyOf(run);
    const tree = trees.get(key) ?? { runs: 0, task: undefined, budgets: new Map() };
    trees.set(key, tree);
    return tree;
  };
  /** Another bundle may have other caps, another hour has another budget: what was reserved before is used up apart. */
  const budgetOf = (run: Run, kind: BudgetKind): Budget => {
    const { agent, rootId } = run;
    const { budgets, task } = treeOf(run);
    const of = `${agent.bundle?.bundle}:${Math.floor(Date.now() / 3_600_000)}`;
    const known = budgets.get(kind);
    if (known?.of === of) return known.budget;
    if (known) ends.close(known.budget);
    const limits = capsOf(agent)?.[kind] ?? [];
    const budget = new Budget({
      ...{ kind, desk, agentId: agent.bundle?.agent_id ?? '', run: rootId, task },
      decideAlone(need, used, why) {
        const alone = decideAlone(agent, why);
        return alone && shares.decide({ alone, agent, kind, limits, need, used });
      },
      onAnswer: ({ processes }) => shares.hear(processes),
    });
    budgets.set(kind, { of, budget });
    return budget;
  };
  const onUsed = (run: Run, kind: BudgetKind, amount: number): void => shares.add(run.agent, kind, amount);
  const reserve = createReservations({ prices, budgetOf, onUsed, decideAlone });

  return {
    prices,
    admit(run, call) {
      const known = capsOf(run.agent);
      return known && isCapped(known) ? reserve(run, known, call) : undefined;
    },
    findLiftable: (agent, denial) => findLiftable(capsOf(agent), denial),
    hearLift(run) {
      for (const { budget } of treeOf(run).budgets.values()) budget.forgetSpent();
    },
    enter(agent, root) {
      const queueMs = capsOf(agent)?.places?.queueMs;
      return queueMs === undefined ? undefined : places.enter(agent, root, queueMs);
    },
    begin(run, task) {
      const tree = treeOf(run);
      tree.runs++;
      tree.task ??= task;
      return () => {
        if (--tree.runs > 0) return;
        trees.delete(keyOf(run));
        for (const { budget } of tree.budgets.values()) ends.close(budget);
      };
    },
    async close(ms) {
      for (const { budgets } of trees.values()) for (const { budget } of budgets.values()) ends.close(budget);
      await Promise.race([Promise.all([ends.settled(), places.close()]), sleep(ms)]);
    },
  };
}

/** Budgets of what is over: they tell what was used, and go. */
function createEnds() {
  const closing = new Set<Promise<void>>();
  return {
    close(budget: Budget): void {
      const closed = budget.close().finally(() => closing.delete(closed));
      closing.add(closed);
    },
    settled: (): Promise<unknown> => Promise.all(closing),
  };
}

function findLiftable(caps: LeaseCaps | undefined, { kind, rule, missing }: Denial): SharedLimit | undefined {
  if (missing === undefined) return undefined;
  return caps?.[kind].find(({ ref, onExceed }) => ref === rule && LIFTABLE.includes(onExceed));
}

/**
 * Whether the server may still answer: contact is not lost. A process that has had none yet knows nothing of what others
 * use, so it waits as long for the first; one that goes on regardless does not.
 */
function createPatience(contact: Contact): (agent: Agent, alone: Alone) => boolean {
  const bornAt = nowMicros();
  return (agent, alone) =>
    hasContact(agent, contact) ||
    (contact.heardAt === undefined && alone !== 'open' && hasContact(agent, { heardAt: bornAt }));
}

/** What is capped is read once for each bundle. */
function createCapsCache(): (agent: Agent) => LeaseCaps | undefined {
  const caps = new WeakMap<Bundle, LeaseCaps>();
  return ({ bundle, rulebook }) => {
    if (!bundle || !rulebook) return undefined; // without policies that can be read every call is blocked
    const known = caps.get(bundle) ?? toLeaseCaps(bundle);
    caps.set(bundle, known);
    return known;
  };
}

const keyOf = ({ rootId, agent }: Run): string => `${rootId}:${agent.slug}`;

const isCapped = ({ tokens, cost, step }: LeaseCaps): boolean =>
  tokens.length > 0 || cost.length > 0 || step !== undefined;
