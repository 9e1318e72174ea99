import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compilePolicy } from '@mission-control/policy/language';
import { createRandom } from '../ingest/random.ts';
import { report } from '../report.ts';
import { makeVectors } from './parity.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '42' } },
});
const SEED = Number(values.seed);
const POLICIES = values.quick ? 100 : 400;
const CALLS_EACH = 50;
const DECISIONS = values.quick ? 5_000 : 50_000;

/** As in `bench:policy`: 100 rules with two constraints each, over a hundred tools. */
function makePolicy(): unknown {
  const rules = Array.from({ length: 100 }, (_, i) => {
    const match = i % 10 === 0 ? `area${i % 20}/**` : `area${i % 20}/tool${i % 100}`;
    return `  - { id: r${i}, tools: { match: ["${match}"], where: { amount: { lte: ${1_000 + i} }, customer.email: { domain_in: ["*.example.com", example.org] } }, action: require_approval } }`;
  });
  const source = `version: 1\nname: bench\nmode: enforce\nscope: { org: true }\nrules:\n${rules.join('\n')}\n`;
  return compilePolicy(source, { id: 'bench', version: 1, now: new Date(0) }).ir;
}

const random = createRandom(SEED);
const calls = Array.from({ length: DECISIONS }, () => {
  const n = random.below(100);
  const customer = { email: `user${random.below(1_000_000)}@mail.example.com`, id: n };
  return {
    kind: 'tool',
    name: `area${n % 20}/tool${n}`,
    args: { amount: random.below(1_200), currency: 'EUR', customer },
  };
});
const folder = mkdtempSync(join(tmpdir(), 'mc-python-bench-'));
const file = join(folder, 'given.json');
writeFileSync(
  file,
  JSON.stringify({ vectors: makeVectors(random, POLICIES, CALLS_EACH), policies: [makePolicy()], calls }),
);
const cwd = fileURLToPath(new URL('../../python', import.meta.url));
const told = execFileSync('python3', ['-m', 'bench.decisions', file], {
  cwd,
  env: { ...process.env, PYTHONPATH: 'src' },
  encoding: 'utf8',
  maxBuffer: 64 * 2 ** 20,
});
rmSync(folder, { recursive: true });
const { count, differences, first, p50_us, p99_us } = JSON.parse(told);
for (const difference of first) console.error(JSON.stringify(difference));
report({
  ...{ name: 'policy.parity', metric: 'differences', value: differences, unit: 'decisions', floor: 0, target: 0 },
  ...{ isCost: true, n: count, seed: SEED },
});
const timed = { name: 'policy.python_100_rules', unit: 'us', isCost: true, n: DECISIONS, seed: SEED };
report({ ...timed, metric: 'p50_us', value: p50_us, floor: 40, target: 40 });
report({ ...timed, metric: 'p99_us', value: p99_us, floor: 500, target: 200 });
