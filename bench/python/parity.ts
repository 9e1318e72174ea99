import { compilePolicy } from '@mission-control/policy/language';
import { decideAll, type Vector, type VectorCall } from '../../packages/policy/test/vectors/vector.ts';

interface Random {
  below: (n: number) => number;
}

/** Conditions and the values that they are about, among them those that languages read differently. */
const FAMILIES: { conditions: string[]; values: unknown[] }[] = [
  {
    conditions: [
      '5',
      '{ ne: 5 }',
      '{ lt: 5 }',
      '{ lte: 5 }',
      '{ gt: 5 }',
      '{ gte: 1, lt: 6 }',
      '{ type: integer }',
      'true',
    ],
    values: [0, -0, 1, 5, 5.5, -3, 1e21, 1e-7, 2 ** 53, 1e308, true, false],
  },
  {
    conditions: [
      '{ matches: "^a" }',
      '{ matches: "é|😀" }',
      '{ glob: "a*" }',
      '{ max_len: 1 }',
      '"Straße"',
      '{ in: ["a", null] }',
    ],
    values: [
      '',
      ' ',
      'a',
      'A',
      'Straße',
      'STRASSE',
      'ﬁ',
      'é',
      'e\u0301',
      '😀',
      'a😀b',
      '\u0000',
      '\ufeff',
      '\u2028',
      null,
    ],
  },
  {
    conditions: ['{ domain_in: ["*.example.com", example.com] }', '{ domain_in: [xn--bcher-kva.example, "127.*"] }'],
    values: [
      ...[
        'ann@example.com',
        'ann@mail.example.com',
        'a@b@example.com',
        'a b@example.com',
        'https://EXAMPLE.com:8443/x',
      ],
      ...[
        'https://user:pw@example.com',
        'https://bücher.example',
        'https://[::1]/',
        'http://127.1/',
        'http://0x7f.1',
        '@',
      ],
      ...[
        'https://example.com\\@evil.test',
        'https://exa%6dple.com',
        'HTTPS://faß.de',
        'http://256.1.1.1',
        'a@example.com.',
      ],
    ],
  },
  {
    conditions: [
      '{ cidr_in: ["10.0.0.0/8", "::1", "2001:db8::/32"] }',
      '{ within_path: /srv/data }',
      '{ starts_with: "/srv" }',
    ],
    values: [
      ...[
        '10.0.0.1',
        '11.0.0.1',
        '10.0.0.256',
        '010.0.0.1',
        '::1',
        '::ffff:10.0.0.1',
        '2001:db8::1',
        'fe80::1%eth0',
        ':::',
      ],
      ...['/srv/data/x', '/srv/data/../etc', 'srv/data', '//srv/data', '/srv/./data', '/..', '/srv/database'],
    ],
  },
  {
    conditions: [
      '{ eq: [1] }',
      '{ eq: { b: 1 } }',
      '{ in: [[1], { a: 2, b: "1" }] }',
      '{ type: array }',
      '{ exists: true }',
      '{ gte: 2 }',
    ],
    values: [
      [],
      [1],
      [1, '1'],
      [[1]],
      [null],
      {},
      { b: 1 },
      { b: '1', a: 2 },
      { b: { c: [1, 2] } },
      { b: [{ c: 5 }, { c: 'x' }] },
    ],
  },
];
const VALUES = FAMILIES.flatMap(({ values }) => values);
const CONDITIONS = FAMILIES.flatMap(({ conditions }) => conditions);
const PATHS = [
  'v',
  'v',
  'v',
  'v',
  'v.b',
  'v.b.c',
  '"v[0]"',
  '"v[*]"',
  '"v[?]"',
  '"v.b[*].c"',
  '"bytes(v)"',
  '"count(v)"',
  '$',
];
const TOOLS = ['a', 'a/b', 'a/b/c', 'b', 'é'];
const PATTERNS = ['a', '"a/*"', '"a/**"', '"?"', '"**"', '"/^a.b$/"', '"**/c"'];
const MODES = ['enforce', 'enforce', 'monitor'];
const ACTIONS = ['block', 'require_approval', 'warn'];

type Family = (typeof FAMILIES)[number];

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)] as T; // the index is below its length

/** Mostly of the family, so that conditions meet values that they can tell apart. */
const pickOf = <T>(random: Random, own: readonly T[], all: readonly T[]): T =>
  pick(random, random.below(5) === 0 ? all : own);

function writeCondition(random: Random, family: Family, depth = 0): string {
  const kind = depth < 2 ? random.below(8) : 7;
  const inner = () => writeCondition(random, family, depth + 1);
  if (kind === 0) return `{ not: ${inner()} }`;
  if (kind === 1) return `{ all: [${inner()}, ${inner()}] }`;
  return kind === 2 ? `{ any: [${inner()}, ${inner()}] }` : pickOf(random, family.conditions, CONDITIONS);
}

function writeRule(random: Random, family: Family, n: number): string {
  const head = `id: r${n}, mode: ${pick(random, MODES)}`;
  const pattern = () => pick(random, PATTERNS);
  const kind = random.below(10);
  if (kind === 0) return `{ ${head}, tools: { deny: [${pattern()}] } }`;
  if (kind === 1) return `{ ${head}, sequence: { require: ${pattern()}, before: ${pattern()} } }`;
  if (kind === 2) return `{ ${head}, sequence: { forbid: ${pattern()}, after: ${pattern()} } }`;
  const exceeded = pick(random, ['block', 'escalate', 'warn']);
  if (kind === 3) return `{ ${head}, limits: { per: run, tool_calls: 2, on_exceed: ${exceeded} } }`;
  const list = kind === 4 ? 'allow' : 'match';
  const where = `{ ${pick(random, PATHS)}: ${writeCondition(random, family)} }`;
  return `{ ${head}, tools: { ${list}: [${pattern()}], where: ${where}, action: ${pick(random, ACTIONS)} } }`;
}

function makeCall(random: Random, family: Family, refs: string[]): VectorCall {
  const value = pickOf(random, family.values, VALUES);
  const history = Array.from({ length: random.below(3) }, () => ({ tool: pick(random, TOOLS) }));
  const usage = Object.fromEntries(refs.map((ref) => [ref, { tool_calls: random.below(4) }]));
  const args = random.below(20) === 0 ? value : { v: value };
  return { tool: pick(random, TOOLS), args, history, usage, grants: random.below(4) === 0 ? refs : [] };
}

/** Random policies and calls, with what TypeScript decides about them. What the compiler refuses is left out. */
export function makeVectors(random: Random, policies: number, callsEach: number): Vector[] {
  const vectors: Vector[] = [];
  for (let i = 0; vectors.length < policies; i++) {
    const family = pick(random, FAMILIES);
    const rules = Array.from({ length: 1 + random.below(4) }, (_, n) => `  - ${writeRule(random, family, n)}`);
    const source = `version: 1\nname: p\nmode: enforce\nscope: { org: true }\nrules:\n${rules.join('\n')}\n`;
    const { ir } = compilePolicy(source, { id: '00000000-0000-4000-8000-000000000000', version: 1, now: new Date(0) });
    if (!ir) continue;
    const refs = ir.rules.map(({ id }) => `p@1:${id}`);
    const calls = Array.from({ length: callsEach }, () => makeCall(random, family, refs));
    vectors.push({ name: `${i}`, ir: [ir], calls, expect: decideAll({ ir: [ir], calls }) });
  }
  return vectors;
}
