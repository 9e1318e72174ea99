import type { Call, Run } from './recording.ts';

/** The policy that is tried; what it means stands below once more, by hand. */
export const POLICY = `version: 1
name: bench
scope: { agent_type: bench }
rules:
  - id: size
    tools: { match: [pay], where: { amount: { lte: 400 }, currency: { in: [EUR, USD] } } }
  - id: verify
    sequence: { require: verify, before: pay }
  - id: never
    tools: { deny: ["wi*"] }
  - id: many
    limits: { per: run, tool_calls: 12, on_exceed: escalate }
  - id: tokens
    limits: { per: run, tokens: 5000, on_exceed: block }
`;

type Outcome = 'allow' | 'require_approval' | 'block';

export interface Expected {
  calls: number;
  undecidable: number;
  /** `run seq verdict`, of each flip. */
  flips: string[];
}

interface Used {
  tools: number;
  isVerified: boolean;
}

/** What the policy says of recorded trees, plainly: no engine, no compiled form, no chunks. */
export function judgeTree(tree: readonly Run[], expected: Expected): void {
  const used = new Map<string, Used>(tree.map(({ id }) => [id, { tools: 0, isVerified: false }]));
  const calls = tree.flatMap((run) => run.calls.map((call) => ({ run, call, mine: used.get(run.id) })));
  calls.sort((a, b) => a.call.startedMs - b.call.startedMs);
  let tokens = 0;
  for (const { run, call, mine } of calls) {
    if (!mine) continue;
    const { verdict, isDoubtful } = judge(call, mine, tokens);
    const before: Outcome = call.stoppedBy ? 'block' : 'allow';
    const becomes = isDoubtful ? before : toEffect(verdict, call);
    expected.calls++;
    if (isDoubtful) expected.undecidable++;
    if (becomes !== before) expected.flips.push(`${run.id} ${call.seq} ${verdict}`);
    if (becomes === 'block') continue;
    tokens += call.tokens;
    mine.tools += Number(call.kind === 'tool');
    mine.isVerified ||= call.name === 'verify' && !call.hasFailed;
  }
}

/** Beside what another policy said. */
const toEffect = (verdict: Outcome, { stoppedBy }: Call): Outcome => (stoppedBy === 'base@3:other' ? 'block' : verdict);

function judge(call: Call, { tools, isVerified }: Used, tokens: number): { verdict: Outcome; isDoubtful: boolean } {
  if (tokens >= 5_000 || call.name === 'wipe' || (call.name === 'pay' && (!isVerified || isSeenBad(call))))
    return { verdict: 'block', isDoubtful: false };
  const verdict = call.kind === 'tool' && tools + 1 > 12 ? 'require_approval' : 'allow';
  return { verdict, isDoubtful: call.name === 'pay' && call.isHidden };
}

const isSeenBad = ({ amount, currency, isHidden }: Call): boolean => currency === 'GBP' || (!isHidden && amount > 400);
