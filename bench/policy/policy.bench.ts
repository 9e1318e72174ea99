import { parseArgs } from 'node:util';
import { type Call, createEngine, type Ir } from '@mission-control/policy/evaluate';
import { compilePolicy } from '@mission-control/policy/language';
import { createRandom } from '../ingest/random.ts';
import { report } from '../report.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, minutes: { type: 'string' } } });
const DECISIONS = values.quick ? 200_000 : 2_000_000;
const FUZZ_MS = values.minutes ? Number(values.minutes) * 60_000 : values.quick ? 5_000 : 60_000;
const SEED = 42;

/** Numbers from 0 to below 1. */
function createShares(seed: number): () => number {
  const random = createRandom(seed);
  return () => random.below(1_000_000) / 1_000_000;
}

/** Rules with two constraints each, over a hundred tools; every tenth selects by a glob. */
function makePolicy(rules: number): Ir {
  const written = Array.from({ length: rules }, (_, i) => {
    const match = i % 10 === 0 ? `area${i % 20}/**` : `area${i % 20}/tool${i % 100}`;
    return `  - { id: r${i}, tools: { match: ["${match}"], where: { amount: { lte: ${1_000 + i} }, customer.email: { domain_in: ["*.example.com", example.org] } }, action: require_approval } }`;
  });
  const text = `version: 1\nname: bench\nmode: enforce\nscope: { org: true }\nrules:\n${written.join('\n')}\n`;
  const { ir, findings } = compilePolicy(text, { id: 'bench', version: 1, now: new Date(0) });
  if (!ir) throw new Error(JSON.stringify(findings[0]));
  return ir;
}

function makeCall(random: () => number): Call {
  const n = Math.floor(random() * 100);
  return {
    kind: 'tool',
    name: `area${n % 20}/tool${n}`,
    args: {
      amount: Math.floor(random() * 1_200),
      currency: 'EUR',
      customer: { email: `user${Math.floor(random() * 1e6)}@mail.example.com`, id: n },
      note: 'x'.repeat(Math.floor(random() * 200)),
    },
  };
}

/** The time of single decisions, each on arguments of its own; µs. */
function measure(policies: Ir[], count: number): { p50: number; p99: number; mean: number } {
  const engine = createEngine({ policies });
  const random = createShares(SEED);
  const situation = { at: 1 };
  const times = new Float64Array(count);
  let total = 0;
  for (let done = 0; done < count; ) {
    // Made ahead, so that making them is not timed and little of it is garbage while the clock runs.
    const calls = Array.from({ length: Math.min(5_000, count - done) }, () => makeCall(random));
    for (const call of calls) {
      const began = process.hrtime.bigint();
      engine.decide(call, situation);
      const took = Number(process.hrtime.bigint() - began) / 1_000;
      times[done++] = took;
      total += took;
    }
  }
  times.sort();
  return { p50: times[Math.floor(count * 0.5)] ?? 0, p99: times[Math.floor(count * 0.99)] ?? 0, mean: total / count };
}

for (const { rules, policies, floors } of [
  { rules: 100, policies: [makePolicy(100)], floors: { p50: 8, p99: 40 } },
  { rules: 1_000, policies: [makePolicy(500), makePolicy(500)], floors: { p50: undefined, p99: 100 } },
]) {
  measure(policies, 20_000); // warm
  const { p50, p99, mean } = measure(policies, DECISIONS);
  const shared = { name: `policy.decide_${rules}_rules`, unit: 'us', isCost: true, n: DECISIONS, seed: SEED } as const;
  const notes = `distinct arguments, 2 constraints a rule, mean ${mean.toFixed(2)} us; the clock itself is in it`;
  if (floors.p50 !== undefined)
    report({ ...shared, metric: 'p50_us', value: p50, floor: floors.p50, target: 4, notes });
  report({ ...shared, metric: 'p99_us', value: p99, floor: floors.p99, target: floors.p99 / 2, notes });
}

/** Values of every kind, among them those that break careless code. */
function makeValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 3 ? 9 : 12));
  const plain = [...[null, true, Number.NaN, Number.POSITIVE_INFINITY, -0, '', '\u0000', '\ud800', random() * 1e20]];
  if (kind < plain.length) return plain[kind];
  if (kind === 9) return Array.from({ length: Math.floor(random() * 4) }, () => makeValue(random, depth + 1));
  if (kind === 10) return 'a@b.example.com'.repeat(Math.floor(random() * 400));
  const keys = ['amount', 'customer', 'email', '__proto__', 'constructor', 'x.y'];
  return Object.fromEntries(keys.flatMap((key) => (random() < 0.4 ? [[key, makeValue(random, depth + 1)]] : [])));
}

/** A rule with a constraint on a value that is not what it must be has to act, whatever stands there. */
function fuzz(): { inputs: number; crashes: number; allowed: number } {
  const engine = createEngine({ policies: [makePolicy(100)] });
  const random = createShares(SEED + 1);
  const found = { inputs: 0, crashes: 0, allowed: 0 };
  const end = performance.now() + FUZZ_MS;
  while (performance.now() < end) {
    for (let i = 0; i < 1_000; i++) {
      const args = makeValue(random, 0);
      found.inputs++;
      try {
        const { verdict } = engine.decide({ kind: 'tool', name: 'area1/tool1', args }, { at: 1 });
        if (verdict === 'allow' && !isHarmless(args)) found.allowed++;
      } catch {
        found.crashes++;
      }
    }
  }
  return found;
}

/** What the rules of `area1/tool1` let through, found without them. */
function isHarmless(args: unknown): boolean {
  const { amount, customer } = (args ?? {}) as { amount?: unknown; customer?: { email?: unknown } | null };
  const email = customer?.email;
  return (
    typeof amount === 'number' &&
    amount <= 1_001 &&
    typeof email === 'string' &&
    /@(.*\.)?example\.(com|org)$/.test(email)
  );
}

const { inputs, crashes, allowed } = fuzz();
const fuzzed = {
  name: 'policy.fuzz',
  unit: '1',
  isCost: true,
  n: inputs,
  seed: SEED + 1,
  floor: 0,
  target: 0,
} as const;
report({ ...fuzzed, metric: 'crashes', value: crashes });
report({ ...fuzzed, metric: 'allowed_on_unknown', value: allowed });
