import type { Call, Engine, Past, Rule, SequenceIr } from '@mission-control/policy/evaluate';
import type { Reads } from './arguments.rules.ts';
import type { RecordedArgs, RecordedRun } from './recorded.rules.ts';

export interface NamedRule {
  ref: string;
  rule: Rule;
  reads: Reads;
}

/** A call that took place. */
interface Done {
  call: Call;
  args: RecordedArgs;
  hasFailed: boolean;
}

/** What runs have done before, and which of it cannot be told. */
interface Pasts {
  of(run: RecordedRun): Past | undefined;
  /** Whether what a rule about order remembers of the run is a guess. */
  isGuess(run: RecordedRun, ref: string): boolean;
  record(run: RecordedRun, done: Done): void;
  endTree(): void;
}

interface Memory {
  past: Past;
  /** Bits that were set, or not, by a call of which that cannot be told. */
  guesses: Set<number>;
}

const NONE: Pasts = { of: () => undefined, isGuess: () => false, record: () => undefined, endTree: () => undefined };

/** Keeps what rules about order need, by run, or by task where they say so. */
export function createPasts(engine: Engine, rules: readonly NamedRule[]): Pasts {
  const sequences = rules.flatMap(({ ref, rule, reads }) => (rule.kind === 'sequence' ? [{ ref, rule, reads }] : []));
  if (sequences.length === 0) return NONE;
  const runs = new Map<string, Memory>();
  const tasks = new Map<string, Memory>();
  const bits = new Map(sequences.map(({ ref }, bit) => [ref, bit]));
  /** What one call sets, looked at by itself. */
  const now = engine.createPast();
  const isOfTask = sequences.map(({ rule }) => rule.within === 'task');

  const getOrMake = (memories: Map<string, Memory>, key: string): Memory => {
    const known = memories.get(key);
    if (known) return known;
    const made = { past: engine.createPast(), guesses: new Set<number>() };
    memories.set(key, made);
    return made;
  };
  const toTask = ({ taskId, rootId }: RecordedRun): Memory => getOrMake(tasks, taskId ?? rootId);
  const memoryOf = (run: RecordedRun, bit: number): Memory => (isOfTask[bit] ? toTask(run) : getOrMake(runs, run.id));

  return {
    of(run) {
      const { past } = getOrMake(runs, run.id);
      for (const [bit, isShared] of isOfTask.entries()) if (isShared) past.seen[bit] = toTask(run).past.seen[bit] ?? 0;
      return past;
    },
    isGuess(run, ref) {
      const bit = bits.get(ref);
      return bit !== undefined && memoryOf(run, bit).guesses.has(bit);
    },
    record(run, { call, args, hasFailed }) {
      now.seen.fill(0);
      engine.record(now, call, hasFailed);
      for (const [bit, { rule, reads }] of sequences.entries()) {
        if (now.seen[bit] !== 1) continue;
        const isGuess = reads.firstArgs && args.state !== 'exact';
        if (isGuess) guess(memoryOf(run, bit), bit, rule.form);
        else remember(memoryOf(run, bit), bit);
      }
    },
    endTree() {
      runs.clear();
      // Without a task it is the tree that counts.
      if (tasks.size > MAX_TASKS) tasks.clear();
    },
  };
}

function remember({ past, guesses }: Memory, bit: number): void {
  past.seen[bit] = 1;
  guesses.delete(bit);
}

/** What would make the rule act is assumed, so that it speaks up and is then seen to be a guess. */
function guess({ past, guesses }: Memory, bit: number, form: SequenceIr['form']): void {
  if (past.seen[bit] === 1 && !guesses.has(bit)) return;
  past.seen[bit] = Number(form === 'forbid');
  guesses.add(bit);
}

/** Beyond so many tasks the oldest are as if they had not begun. */
const MAX_TASKS = 100_000;
