import { expect, it } from 'vitest';
import { createAgent } from '../src/enrolment/agent.ts';
import { createShares } from '../src/leases/alone.ts';
import { Budget, type Given } from '../src/leases/budget.ts';
import type { Answered, LeaseAnswer, LeaseDesk } from '../src/leases/lease-desk.ts';

const granted = (amount: number): LeaseAnswer => ({
  ...{ id: '', status: 'granted', amount, expires_at: null, processes: 1, position: null },
  ...{ retry_after_ms: null, denied_by: null },
});
const away: Answered = 'away';

/** A desk that answers what it is told to, and says what it was asked. */
function createScript(answers: Answered[]) {
  const asked: [string, number | undefined, number | undefined][] = [];
  const ids: string[] = [];
  const answer = async (what: string, first?: number, second?: number) => {
    asked.push([what, first, second]);
    return answers.shift() ?? granted(0);
  };
  const desk: LeaseDesk = {
    acquire({ id, amount, least }) {
      ids.push(id);
      return answer('acquire', amount, least);
    },
    renew: ({ used, more }) => answer('renew', used, more),
    release: ({ used }) => answer('release', used),
    findPrice: async () => null,
  };
  return { desk, asked, ids };
}

const openBudget = (desk: LeaseDesk, decideAlone: () => Given | undefined = () => undefined) =>
  new Budget({
    ...{ kind: 'tokens', desk, agentId: '', run: '', task: undefined, decideAlone },
    onAnswer: () => undefined,
  });

it('asks once for many calls, tells what they used when it asks again, and gives the rest back at the end', async () => {
  const { desk, asked } = createScript([granted(1_000), granted(600)]);
  const budget = openBudget(desk);
  expect(await budget.ask({ amount: 100, least: 10 })).toEqual({ amount: 100 });
  for (let call = 0; call < 9; call++) expect(budget.take(100)).toBe(true);
  expect(budget.take(1), 'all of it is reserved').toBe(false);
  for (let call = 0; call < 10; call++) budget.settle(100, 80);
  expect(budget.take(200), 'what calls did not use is there again').toBe(true);
  budget.settle(200, 50);
  expect(await budget.ask({ amount: 300, least: 10 })).toEqual({ amount: 300 });
  budget.settle(300, 300);
  await budget.close();
  expect(asked).toEqual([
    ['acquire', 100, 10],
    ['renew', 850, 300],
    ['release', 1_150, undefined],
  ]);
});

it('what was used of a lease that the server took back is told all the same, and a new one is asked for', async () => {
  const { desk, asked } = createScript([granted(100), { refused: 'lease.ended' }, granted(0), granted(200)]);
  const budget = openBudget(desk);
  await budget.ask({ amount: 100, least: 100 });
  budget.settle(100, 100);
  expect(await budget.ask({ amount: 150, least: 150 })).toEqual({ amount: 150 });
  expect(asked.slice(1)).toEqual([
    ['renew', 100, 150],
    ['release', 100, undefined],
    ['acquire', 150, 150],
  ]);
});

it('without an answer the agent decides alone: as long as the server may still answer, it is asked again', async () => {
  const { desk, asked } = createScript([away, away]);
  const said: (Given | undefined)[] = [undefined, { amount: 40 }];
  const budget = openBudget(desk, () => said.shift());
  expect(await budget.ask({ amount: 50, least: 10 })).toEqual({ amount: 40 });
  expect(asked).toHaveLength(2);
});

it('a lease whose grant nobody heard of is asked about again, and given back by whoever stops asking', async () => {
  const { desk, asked, ids } = createScript([away, granted(70), granted(0), away]);
  const said: (Given | undefined)[] = [undefined, { amount: 40 }];
  const budget = openBudget(desk, () => said.shift());
  expect(await budget.ask({ amount: 50, least: 10 })).toEqual({ amount: 50 });
  expect(new Set(ids).size, 'the same lease').toBe(1);
  budget.settle(50, 50);
  await budget.close();
  expect(asked.at(-1)).toEqual(['release', 50, undefined]);

  const other = openBudget(desk, () => ({ amount: 40 }));
  await other.ask({ amount: 50, least: 10 });
  other.settle(40, 30);
  await other.close();
  expect(asked.at(-1), 'with what was used alone meanwhile').toEqual(['release', 30, undefined]);
});

it('what is used alone counts as soon as there is a lease again', async () => {
  const { desk, asked } = createScript([{ refused: 'x' }, granted(500)]);
  const budget = openBudget(desk, () => ({ amount: 100 }));
  await budget.ask({ amount: 100, least: 100 });
  budget.settle(100, 90);
  await budget.ask({ amount: 200, least: 50 });
  budget.settle(200, 150);
  await budget.close();
  expect(asked.slice(1)).toEqual([
    ['acquire', 290, 140],
    ['release', 240, undefined],
  ]);
});

it('alone a process uses what it has of a cap when all that live share it: nothing more, unless it is to go on regardless', () => {
  const shares = createShares();
  const agent = createAgent({ agent: 'a' });
  const limits = [{ ref: 'p@1:run', per: 'run', cap: 1_000, onExceed: 'block' } as const];
  const decide = (alone: 'open' | 'last_known' | 'closed', used: number) =>
    shares.decide({ alone, agent, kind: 'tokens', limits, need: { amount: 300, least: 100 }, used });
  shares.hear(4);
  expect(decide('last_known', 0)).toEqual({ amount: 250 });
  expect(decide('last_known', 150)).toEqual({ amount: 100 });
  expect(decide('last_known', 151)).toMatchObject({ denied: { rule: 'p@1:run', isDegraded: true } });
  expect(decide('closed', 0)).toHaveProperty('denied');
  expect(decide('open', 10_000)).toEqual({ amount: 300 });

  const daily = [{ ref: 'p@1:day', per: 'agent_day', cap: 1_000, onExceed: 'block' } as const];
  shares.add(agent, 'tokens', 200);
  const question = { alone: 'last_known', agent, kind: 'tokens', limits: daily, used: 0 } as const;
  expect(shares.decide({ ...question, need: { amount: 300, least: 10 } }), 'of all its runs').toEqual({ amount: 50 });
});
