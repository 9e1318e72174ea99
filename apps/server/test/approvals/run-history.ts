import fc from 'fast-check';
import { type Command, history } from './history.ts';
import { Machine, type Rules } from './machine.ts';
import { Auditor } from './oracle.ts';

/** What a history came to. */
export interface Verdict {
  executions: number;
  /** Executions without a valid grant. */
  invalid: number;
}

export function judge(commands: Command[], rules?: Rules): Verdict {
  const machine = new Machine(rules);
  const auditor = new Auditor();
  const verdict = { executions: 0, invalid: 0 };
  for (const command of commands) {
    const { code, facts } = machine.run(command);
    if (command.do === 'ask' && code === 'ok') auditor.open(command, machine.world);
    for (const fact of facts) {
      if (fact.did.startsWith('used')) verdict.executions++;
      if (!auditor.follow(fact, machine.world)) verdict.invalid++;
    }
  }
  return verdict;
}

/** Runs that many random histories; a failing one is shrunk and thrown with its seed. */
export function judgeMany(count: number, { seed, rules }: { seed?: number; rules?: Rules } = {}): Verdict {
  const sum = { executions: 0, invalid: 0 };
  fc.assert(
    fc.property(history(), (commands) => {
      const { executions, invalid } = judge(commands, rules);
      sum.executions += executions;
      return invalid === 0;
    }),
    { numRuns: count, ...(seed === undefined ? {} : { seed }) },
  );
  return sum;
}
