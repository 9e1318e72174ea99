import { newId } from '../../apps/server/src/platform/ids.ts';
import { createRandom, type Random } from '../ingest/random.ts';

/** A recorded call as the seed writes it and the oracle reads it. */
export interface Call {
  seq: number;
  kind: 'tool' | 'llm';
  name: string;
  startedMs: number;
  hasFailed: boolean;
  tokens: number;
  amount: number;
  currency: string;
  /** Whether the amount is still there to be seen. */
  isHidden: boolean;
  /** Who stopped it then: an earlier version of the policy, another policy, nobody. */
  stoppedBy: 'bench@1:size' | 'base@3:other' | undefined;
  decisionId: string;
}

export interface Run {
  id: string;
  rootId: string;
  agent: number;
  status: 'ok' | 'error';
  startedMs: number;
  calls: Call[];
}

export const CALLS_PER_RUN = 20;
export const AGENTS = 20;
const STEP_MS = 100;

/** Makes trees of one or two runs, the same for the same seed but for their ids. */
export function* makeTrees(runs: number, fromMs: number, seed: number): Generator<Run[]> {
  const random = createRandom(seed);
  for (let made = 0; made < runs; ) {
    const isPair = made % 10 === 0 && made + 1 < runs;
    const startedMs = fromMs + made * 10;
    const root = makeRun(random, { startedMs, agent: made % AGENTS });
    yield isPair
      ? [root, makeRun(random, { startedMs: startedMs + 7, agent: made % AGENTS, rootId: root.id })]
      : [root];
    made += isPair ? 2 : 1;
  }
}

interface Given {
  startedMs: number;
  agent: number;
  rootId?: string;
}

function makeRun(random: Random, { startedMs, agent, rootId }: Given): Run {
  const id = newId(new Date(startedMs));
  const calls = Array.from({ length: CALLS_PER_RUN }, (_, seq) => makeCall(random, seq, startedMs + seq * STEP_MS));
  return { id, rootId: rootId ?? id, agent, status: random.below(10) === 0 ? 'error' : 'ok', startedMs, calls };
}

function makeCall(random: Random, seq: number, startedMs: number): Call {
  const kind = random.below(4) === 0 ? 'llm' : 'tool';
  const name = kind === 'llm' ? 'plan' : (['pay', 'pay', 'verify', 'read', 'wipe', 'read'][random.below(6)] ?? 'read');
  const amount = random.below(600);
  const isOld = name === 'pay' && amount > 500;
  return {
    ...{ seq, kind, name, startedMs, amount, hasFailed: random.below(20) === 0, tokens: kind === 'llm' ? 900 : 0 },
    ...{ currency: ['EUR', 'USD', 'GBP'][random.below(40) === 0 ? 2 : random.below(2)] ?? 'EUR' },
    isHidden: name === 'pay' && random.below(20) === 0,
    stoppedBy: isOld ? 'bench@1:size' : random.below(100) === 0 ? 'base@3:other' : undefined,
    decisionId: newId(new Date(startedMs)),
  };
}
