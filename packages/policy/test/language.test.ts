import { describe, expect, it } from 'vitest';
import { type Call, createEngine, type Situation } from '../src/evaluate/index.ts';
import { type Catalog, compilePolicy, policyJsonSchema, type Range } from '../src/language/index.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const compile = (text: string, catalog?: Catalog) =>
  compilePolicy(text, { id: 'p', version: 7, now: NOW, ...(catalog ? { catalog } : {}) });

const EXAMPLE = `version: 1
name: refunds-production
mode: enforce
scope: { agent_type: refund-agent }
rules:
  - id: token-cap
    limits: { per: run, tokens: 50000, warn_at: 80%, on_exceed: pause }
  - id: refund-size
    tools:
      match: ["billing/refund.create"]
      where: { amount: { lte: 200 }, currency: { in: [EUR, USD] }, customer.email: { domain_in: ["*.example.com", example.com] } }
      action: require_approval
    approval: { joint: [group:finance, group:support], timeout: 30m }
    message: "Refunds over 200 need two departments ({{amount}} {{currency}})."
  - id: parallelism
    concurrency: { per: agent_type, max: 20, on_full: queue, queue_timeout: 30s }
  - id: error-breaker
    breaker: { watch: error_rate, over: 15%, window: 5m, min_calls: 20, scope: agent, action: pause, open_for: 2m, half_open_probes: 3 }
  - id: unsure
    escalate: { when: { confidence: { lt: 0.6 } }, before: output, to: role:support-lead, timeout: 30m, on_timeout: deny }
  - id: verify-first
    sequence: { require: crm/verify_identity, before: "billing/**" }
tests:
  - name: big refund needs people
    given: { tool: billing/refund.create, args: { amount: 900, currency: EUR, customer: { email: a@example.com } }, history: [crm/verify_identity] }
    expect: { decision: require_approval, rule: refund-size }
  - name: 16 % errors opens the breaker
    given: { calls: { total: 25, errors: 4 } }
    expect: { breaker: open }
`;

/** A policy of these rules, which must be right. */
function load(rules: string, mode = 'enforce') {
  const { ir, findings } = compile(`version: 1\nname: p\nmode: ${mode}\nscope: { org: true }\nrules:\n${rules}`);
  if (!ir) throw new Error(JSON.stringify(findings));
  return ir;
}
function decide(rules: string, call: Partial<Call>, situation: Partial<Situation> = {}) {
  const engine = createEngine({ policies: [load(rules)] });
  return engine.decide({ kind: 'tool', name: 'x', args: {}, ...call }, { at: NOW.getTime(), ...situation });
}
const where = (constraint: string, args: unknown) =>
  decide(`  - id: r\n    tools: { match: ["**"], where: ${constraint} }`, { args }).verdict;

/** The text with a range of it replaced. */
function applyEdit(text: string, { range, text: by }: { range: Range; text: string }): string {
  const lines = text.split('\n');
  const toIndex = (line: number, col: number) =>
    lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + col - 1;
  return text.slice(0, toIndex(range.line, range.col)) + by + text.slice(toIndex(range.end_line, range.end_col));
}

describe('the language', () => {
  it.each([
    ['lists in lists', '['.repeat(100_000)],
    ['objects in objects', '{a: '.repeat(50_000)],
    ['items in items', '- '.repeat(100_000)],
    ['keys in keys', Array.from({ length: 700 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['very many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['half a character', 'name: "\\ud800"'],
    ['half a character in a key', '"\\ud800": 1'],
  ])('refuses %s', (_what, text) => {
    expect(compile(text).findings).toMatchObject([{ code: 'MC100' }]);
  });

  it('ends early where patterns would take long to compile, alone or together', () => {
    const rule = (i: number) => `  - { id: r${i}, tools: { deny: ["/x${i}(a|b)*a(a|b){7}/"] } }`;
    const rules = Array.from({ length: 200 }, (_, i) => rule(i)).join('\n');
    const { findings } = compile(`version: 1\nname: p\nscope: { org: true }\nrules:\n${rules}`);
    expect(findings[0]).toMatchObject({ code: 'MC131', message: expect.stringContaining('too long') });
    const globs = Array.from(
      { length: 500 },
      (_, i) => `  - { id: r${i}, tools: { deny: ["server-${i}/**", "**/delete_${i}_*"] } }`,
    );
    expect(load(globs.join('\n')).dfas).toHaveLength(1_000);
  });

  it('compiles the example of the specification to its form, and its tests pass', () => {
    const { ir, findings, tests } = compile(EXAMPLE);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(tests).toEqual([
      { name: 'big refund needs people', ok: true, line: 24 },
      { name: '16 % errors opens the breaker', ok: true, line: 27 },
    ]);
    const rule = ir?.rules.find(({ id }) => id === 'refund-size');
    expect(rule).toEqual({
      ...{ id: 'refund-size', kind: 'tools', mode: 'enforce', severity: 'medium', line: 8, col: 5 },
      message: 'Refunds over 200 need two departments ({{amount}} {{currency}}).',
      match: [{ x: 'billing/refund.create' }],
      action: 'require_approval',
      where: {
        and: [
          { op: 'lte', p: { s: ['amount'], from: 'args' }, v: 200 },
          { op: 'in', p: { s: ['currency'], from: 'args' }, v: ['EUR', 'USD'] },
          { op: 'domain_in', p: { s: ['customer', 'email'], from: 'args' }, v: [{ d: 0 }, { x: 'example.com' }] },
        ],
      },
      approval: {
        ...{ from: [], k: 1, joint: ['group:finance', 'group:support'], exclude_owner: true },
        ...{ timeout_s: 1800, on_timeout: 'deny', grant: 'call' },
      },
    });
    expect(ir?.policy).toMatchObject({
      name: 'refunds-production',
      version: 7,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(ir?.scope).toBe(4);
  });

  it.each([
    ['MC100', 'version: 1\nname: &a x', 2],
    ['MC100', 'a: [', 1],
    ['MC102', 'version: 1\nname: p\nname: q\nscope: { org: true }\nrules: []', 3],
    ['MC102', 'version: 1\nscope: { org: true }\nrules: []', 1],
    ['MC101', 'version: 1\nname: p\nscope: { org: true }\nrulez: []', 4],
    [
      'MC103',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    limits: { per: run, duration: 5, on_exceed: block }',
      6,
    ],
    [
      'MC112',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    tools: { deny: [x], where: { a: 1 } }',
      5,
    ],
    [
      'MC114',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    tools: { match: [x], where: { a: { gt: 5, lt: 3 } } }',
      6,
    ],
    ['MC130', 'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    tools: { match: ["/(?=a)b/"] }', 6],
    [
      'MC131',
      `version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    tools: { match: ["/(a|b)*a(a|b){12}/"] }`,
      6,
    ],
    [
      'MC120',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    breaker: { watch: error_rate, over: 5%, window: 5m, scope: agent, action: pause }',
      5,
    ],
    [
      'MC150',
      'version: 1\nname: p\nmode: enforce\nscope: { org: true }\nrules:\n  - id: r\n    tools: { deny: [x] }',
      3,
    ],
    [
      'MC151',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    until: 2026-01-01\n    tools: { deny: [x] }',
      6,
    ],
    [
      'MC111',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    tools: { match: [x], action: require_approval }\n    approval: { from: bob }',
      5,
    ],
    [
      'MC140',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    tools: { match: [x], action: require_approval }\n    approval: { from: user:a, k: 2 }',
      5,
    ],
    [
      'MC121',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    breaker: { watch: error_rate, over: 100%, window: 5m, min_calls: 9, scope: agent, action: pause }',
      5,
    ],
    [
      'MC121',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - { id: a, limits: { per: task, tokens: 9, on_exceed: block } }\n  - { id: b, limits: { per: run, tokens: 9, on_exceed: block } }',
      6,
    ],
    [
      'MC115',
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    tools: { match: [x], action: warn }\n  - id: s\n    tools: { deny: [x] }',
      5,
    ],
  ])('finds %s with its line', (code, text, line) => {
    expect(compile(text).findings.map((finding) => [finding.code, finding.line])).toContainEqual([code, line]);
  });

  it('offers the key, tool or unit that was meant', () => {
    const text = 'version: 1\nname: p\nscope: { org: true }\nrules:\n  - id: r\n    tolls: { deny: [x] }';
    const [finding] = compile(text).findings;
    expect(finding?.fix).toEqual({
      title: 'Change to tools',
      edits: [{ range: { line: 6, col: 5, end_line: 6, end_col: 10 }, text: 'tools' }],
    });
  });

  it.each([
    [
      'MC112',
      '  - { id: r, tools: { deny: [x], where: { a: 1 } } }',
      '  - { id: r, tools: { match: [x], where: { a: 1 } } }',
    ],
    [
      'MC120',
      '  - { id: r, breaker: { watch: error_rate, over: 5%, window: 5m, scope: agent, action: pause } }',
      '  - { id: r, breaker: { watch: error_rate, over: 5%, window: 5m, scope: agent, action: pause, min_calls: 20 } }',
    ],
    [
      'MC120',
      '  - id: r\n    breaker:\n      watch: error_rate\n      over: 5%\n      window: 5m\n      scope: agent\n      action: pause',
      '  - id: r\n    breaker:\n      watch: error_rate\n      over: 5%\n      window: 5m\n      scope: agent\n      action: pause\n      min_calls: 20',
    ],
    [
      'MC122',
      '  - { id: r, escalate: { when: { confidence: { lt: 0.5 } }, before: output, to: role:admin } }',
      '  - { id: r, escalate: { when: { confidence: { lt: 0.5, exists: true } }, before: output, to: role:admin } }',
    ],
    [
      'MC141',
      '  - { id: r, tools: { match: [pay], action: require_approval }, approval: { on_timeout: allow } }',
      '  - { id: r, tools: { match: [pay], action: require_approval }, approval: { on_timeout: deny } }',
    ],
    ['MC151', '  - id: r\n    until: 2026-01-01\n    tools: { deny: [pay] }', '  - id: r\n    tools: { deny: [pay] }'],
    [
      'MC113',
      '  - { id: r, tools: { match: [pay], where: { amonut: { lt: 5 } } } }',
      '  - { id: r, tools: { match: [pay], where: { amount: { lt: 5 } } } }',
    ],
  ])('mends %s', (code, rules, mended) => {
    const input_schema = { type: 'object', properties: { amount: {} } };
    const catalog: Catalog = { tools: [{ name: 'pay', side_effect: 'non_idempotent', input_schema }], reports: [] };
    const toText = (body: string) => `version: 1\nname: p\nscope: { org: true }\nrules:\n${body}\n`;
    const fixes = compile(toText(rules), catalog).findings.filter((finding) => finding.code === code);
    const [edit] = fixes[0]?.fix?.edits ?? [];
    expect(edit && applyEdit(toText(rules), edit)).toBe(toText(mended));
    expect(compile(toText(mended), catalog).findings.map((finding) => finding.code)).not.toContain(code);
  });

  it('checks names, paths and timeouts against what agents in scope declare', () => {
    const catalog: Catalog = {
      tools: [
        {
          name: 'billing/refund',
          side_effect: 'non_idempotent',
          input_schema: { type: 'object', properties: { amount: {} } },
        },
        { name: 'crm/read' },
      ],
      reports: [],
      roles: ['admin'],
    };
    const text = `version: 1
name: p
scope: { org: true }
rules:
  - { id: a, tools: { allow: [billing/refund], where: { amonut: { lt: 5 } }, action: require_approval }, approval: { on_timeout: allow, from: role:admim } }
  - { id: b, tools: { match: [crm/raed] } }
  - { id: c, escalate: { when: { confidence: { lt: 0.5 } }, before: output, to: role:admin } }`;
    const codes = compile(text, catalog).findings.map(({ code, message }) => `${code} ${message}`);
    expect(codes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^MC113 .*"amonut"/),
        expect.stringMatching(/^MC141 billing\/refund/),
        expect.stringMatching(/^MC111 .*Did you mean "admin"/),
        expect.stringMatching(/^MC110 .*Did you mean "crm\/read"/),
        expect.stringMatching(/^MC118 .*crm\/read/),
        expect.stringMatching(/^MC122 .*confidence/),
      ]),
    );
  });

  it('counts the people behind roles and groups, without the owner where owners may not agree', () => {
    const find = (approval: string, more: Partial<Catalog> = {}) => {
      const people = { 'role:admin': ['a@x', 'B@x'], 'group:finance': ['a@x'], 'group:empty': [] };
      const rule = `  - { id: r, tools: { match: [pay], action: require_approval }, approval: ${approval} }`;
      const { findings } = compile(`version: 1\nname: p\nscope: { org: true }\nrules:\n${rule}`, { people, ...more });
      return findings.filter(({ code }) => code === 'MC140').map(({ message, line }) => `${line} ${message}`);
    };
    expect(find('{ from: [role:admin, user:b@x], k: 2 }')).toEqual([]);
    expect(find('{ from: [role:admin, user:b@x], k: 3 }')).toEqual([expect.stringMatching(/^5 3 people .*only 2/)]);
    expect(find('{ joint: [group:finance, group:empty] }')).toEqual([expect.stringContaining('group:empty.')]);
    expect(find('{ joint: [group:finance], from: role:admin }', { owner: 'A@x' })).toHaveLength(1);
    expect(find('{ from: role:admin }', { owner: 'a@x' })).toEqual([]);
    expect(find('{ from: channel:ops }')).toEqual([]);
  });

  it('says which limits and breakers of tools nobody reaches who declares none', () => {
    const rules =
      '  - { id: l, limits: { per: run, tool_calls: 5, on_exceed: block } }\n  - { id: b, breaker: { watch: error_rate, over: 5%, window: 5m, min_calls: 9, scope: tool, action: block_tool } }';
    const of = (catalog: Catalog) =>
      compile(`version: 1\nname: p\nscope: { org: true }\nrules:\n${rules}`, catalog).findings.filter(
        ({ code }) => code === 'MC121',
      );
    expect(of({ tools: [] })).toHaveLength(2);
    expect(of({ tools: [{ name: 'x' }] })).toEqual([]);
  });

  it('a test that expects something else fails and says what it got', () => {
    const text =
      'version: 1\nname: p\nscope: { org: true }\nrules:\n  - { id: r, tools: { deny: [x] } }\ntests:\n  - { name: t, given: { tool: x }, expect: { decision: allow } }';
    expect(compile(text).tests).toEqual([
      { name: 't', ok: false, line: 7, message: 'Expected decision "allow", got "block".' },
    ]);
  });

  it('has a JSON Schema that knows every kind of rule', () => {
    const text = JSON.stringify(policyJsonSchema);
    for (const kind of ['tools', 'limits', 'concurrency', 'breaker', 'escalate', 'sequence', 'data', 'models'])
      expect(text).toContain(`{"required":["${kind}"]}`);
  });
});

describe('constraints', () => {
  it.each([
    ['{ a: { lte: 5 } }', { a: 5 }, 'allow'],
    ['{ a: { lte: 5 } }', { a: 6 }, 'block'],
    ['{ a: { lte: 5 } }', { a: '5' }, 'block'],
    ['{ a: { lte: 5 } }', {}, 'block'],
    ['{ a: { not: { lte: 5 } } }', {}, 'block'],
    ['{ a: { any: [{ exists: false }, { lte: 5 }] } }', {}, 'allow'],
    ['{ a: { eq: [1, { b: 2 }] } }', { a: [1, { b: 2 }] }, 'allow'],
    ['{ a: { ne: 1 } }', { a: true }, 'allow'],
    ['{ "a[*].b": { gt: 0 } }', { a: [{ b: 1 }, { b: 0 }] }, 'block'],
    ['{ "a[*].b": { gt: 0 } }', { a: [] }, 'allow'],
    ['{ "a[?].b": { gt: 0 } }', { a: [{}, { b: 1 }] }, 'allow'],
    ['{ "a[?].b": { gt: 0 } }', { a: [] }, 'block'],
    ['{ \'a."x.y"\': 1 }', { a: { 'x.y': 1 } }, 'allow'],
    ['{ bytes($): { lte: 9 } }', { a: 'é' }, 'block'],
    ['{ count(a): { lte: 2 } }', { a: [1, 2] }, 'allow'],
    ['{ a: { matches: "^ab+$" } }', { a: 'abbb' }, 'allow'],
    ['{ a: { matches: "b+" } }', { a: 'xabbx' }, 'allow'],
    ['{ a: { matches: "^b" } }', { a: 'ab' }, 'block'],
    ['{ a: { matches: "/b+/" } }', { a: 'abb' }, 'block'],
    ['{ a: { glob: "x/*" } }', { a: 'x/y/z' }, 'block'],
    ['{ a: { glob: "x/**" } }', { a: 'x/y/z' }, 'allow'],
    ['{ a: { max_len: 2 } }', { a: '😀😀' }, 'allow'],
    ['{ a: { max_len: 2 } }', { a: '😀😀.' }, 'block'],
    ['{ a: { matches: "a" } }', { a: 'a'.repeat(5_000) }, 'block'],
    ['{ a: { domain_in: ["*.example.com"] } }', { a: 'https://x.EXAMPLE.com:8/p' }, 'allow'],
    ['{ a: { domain_in: ["*.example.com"] } }', { a: 'https://example.com' }, 'block'],
    ['{ a: { domain_in: ["example.com"] } }', { a: 'https://example.com@evil.com/' }, 'block'],
    ['{ a: { domain_in: ["bücher.de"] } }', { a: 'me@xn--bcher-kva.de' }, 'allow'],
    ['{ a: { cidr_in: ["10.0.0.0/8", "fd00::/8"] } }', { a: '10.9.8.7' }, 'allow'],
    ['{ a: { cidr_in: ["10.0.0.0/8"] } }', { a: '11.0.0.1' }, 'block'],
    ['{ a: { cidr_in: ["fd00::/8"] } }', { a: 'fdff::1' }, 'allow'],
    ['{ a: { within_path: "/srv/data" } }', { a: '/srv/data/../data/x' }, 'allow'],
    ['{ a: { within_path: "/srv/data" } }', { a: '/srv/data/../etc' }, 'block'],
    ['{ a: { within_path: "/srv/data" } }', { a: '/srv/database' }, 'block'],
    ['{ a: { type: integer } }', { a: 1.5 }, 'block'],
    ['{ a: 7 }', { a: 7 }, 'allow'],
  ])('%s of %j: %s', (constraint, args, verdict) => {
    expect(where(constraint, args)).toBe(verdict);
  });
});

describe('decisions', () => {
  const refund = `  - id: r
    tools: { match: [pay/*], where: { amount: { lte: 5 } }, action: require_approval }`;

  it('says which leaf failed, and a grant satisfies it', () => {
    const call = { name: 'pay/now', args: { amount: 9 } };
    expect(decide(refund, call)).toMatchObject({
      ...{ verdict: 'require_approval', stage: 'where', decided_by: 'p@7:r' },
      matched: [{ failed: [{ path: 'amount', op: 'lte', expected: 5, actual: 9 }], line: 6, col: 5 }],
      approval: { k: 1, on_timeout: 'deny' },
    });
    expect(decide(refund, call, { grants: new Set(['p@7:r']) }).verdict).toBe('allow');
    expect(decide(refund, { name: 'pay', args: {} })).toEqual({
      verdict: 'allow',
      stage: 'allow',
      decided_by: null,
      matched: [],
    });
  });

  it('allow opens only what it names, over all its rules, and deny always blocks', () => {
    const rules = '  - { id: a, tools: { allow: [x] } }\n  - { id: b, tools: { allow: [y/*], deny: [y/no] } }';
    expect(decide(rules, { name: 'x' }).verdict).toBe('allow');
    expect(decide(rules, { name: 'y/1' }).verdict).toBe('allow');
    expect(decide(rules, { name: 'y/no' })).toMatchObject({ verdict: 'block', stage: 'deny', decided_by: 'p@7:b' });
    expect(decide(rules, { name: 'z' })).toMatchObject({ verdict: 'block', stage: 'deny', decided_by: 'p@7:a' });
  });

  it('monitor changes nothing and says what it would have done', () => {
    const engine = createEngine({ policies: [load('  - { id: r, tools: { deny: [x] } }', 'monitor')] });
    const decision = engine.decide({ kind: 'tool', name: 'x' }, { at: 0 });
    expect(decision).toMatchObject({
      verdict: 'allow',
      matched: [{ rule: 'p@7:r', mode: 'monitor', verdict: 'block' }],
    });
  });

  it('the strictest of several counts, and what several ask of people must all be met', () => {
    const rules = `  - { id: a, tools: { match: [x], action: warn } }
  - { id: b, tools: { match: [x], action: require_approval }, approval: { joint: [group:a], timeout: 10m } }
  - { id: c, tools: { match: [x], action: require_approval }, approval: { joint: [group:b], from: [user:u], k: 1 } }`;
    expect(decide(rules, {})).toMatchObject({
      ...{ verdict: 'require_approval', decided_by: 'p@7:b' },
      approval: { joint: ['group:a', 'group:b'], from: ['user:u'], timeout_s: 600 },
    });
  });

  it('order: what must come first, and what must not come after', () => {
    const rules = `  - { id: a, sequence: { require: verify, before: "pay/**" } }
  - { id: b, sequence: { forbid: "mail/**", after: db/read, where_before: { table: secrets } } }`;
    const engine = createEngine({ policies: [load(rules)] });
    const past = engine.createPast();
    const verdict = (name: string) => engine.decide({ kind: 'tool', name, args: {} }, { at: 0, past }).verdict;
    expect([verdict('pay/x'), verdict('mail/x')]).toEqual(['block', 'allow']);
    engine.record(past, { kind: 'tool', name: 'verify', args: {} });
    engine.record(past, { kind: 'tool', name: 'db/read', args: { table: 'open' } });
    expect([verdict('pay/x'), verdict('mail/x')]).toEqual(['allow', 'allow']);
    engine.record(past, { kind: 'tool', name: 'db/read', args: {} }); // which table is unknown: it may be that one
    expect(verdict('mail/x')).toBe('block');
  });

  it('limits warn, then do what they say; a cap on a model lowers what it may answer', () => {
    const rules = `  - { id: l, limits: { per: run, tokens: 100, warn_at: 80%, on_exceed: block } }
  - { id: m, models: { allow: ["anthropic/*"], max_output_tokens: 50 } }`;
    const call = { kind: 'model' as const, name: 'anthropic/x', maxTokens: 80 };
    const used = (tokens: number) => ({ usage: new Map([['p@7:l', { tokens }]]) });
    expect(decide(rules, call, used(10))).toMatchObject({ verdict: 'allow', transform: { max_tokens: 50 } });
    expect(decide(rules, call, used(80)).verdict).toBe('warn');
    expect(decide(rules, call, used(100))).toMatchObject({ verdict: 'block', stage: 'limit' });
    expect(decide(rules, { ...call, name: 'openai/x' })).toMatchObject({
      verdict: 'block',
      stage: 'deny',
      decided_by: 'p@7:m',
    });
  });

  it('what is unknown escalates, and a rule of a later version blocks', () => {
    const rules = '  - { id: e, escalate: { when: { confidence: { lt: 0.6 } }, before: output, to: role:lead } }';
    const output = (ctx: Record<string, unknown>) => decide(rules, { kind: 'output', name: '', ctx }).verdict;
    expect([output({ confidence: 0.9 }), output({ confidence: 0.5 }), output({})]).toEqual([
      'allow',
      'require_approval',
      'require_approval',
    ]);
    const ir = load(rules);
    const later = { ...ir, rules: ir.rules.map((rule) => ({ ...rule, kind: 'wishes' })) } as unknown as typeof ir;
    expect(createEngine({ policies: [later] }).decide({ kind: 'tool', name: 'x' }, { at: 0 })).toMatchObject({
      verdict: 'block',
      matched: [{ code: 'ir.unsupported' }],
    });
  });

  it('control, capability, breaker and data come in their order; exceptions and ended rules do not count', () => {
    const rules = `  - { id: d, data: { deny: [pii/*], read: ["**"] } }
  - { id: b, breaker: { watch: violations, over: 3, window: 5m, min_calls: 5, scope: agent, action: pause } }`;
    expect(decide(rules, {}, { control: 'killed' })).toMatchObject({ verdict: 'block', stage: 'control' });
    expect(decide(rules, {}, { openBreakers: new Set(['p@7:b']) })).toMatchObject({
      stage: 'breaker',
      decided_by: 'p@7:b',
    });
    const touching = { stores: { read: ['pii/x'] } };
    expect(decide(rules, touching)).toMatchObject({ stage: 'deny', decided_by: 'p@7:d' });
    expect(decide(rules, touching, { exceptions: new Set(['p@7:d']) }).verdict).toBe('allow');
    const ended = "  - { id: r, until: '2027-01-01', tools: { deny: [x] } }";
    expect([decide(ended, {}).verdict, decide(ended, {}, { at: Date.parse('2027-02-01') }).verdict]).toEqual([
      'block',
      'allow',
    ]);
    const capability = { mode: 'enforce' as const, tools: [], stores: [], subagents: [] };
    const engine = createEngine({ policies: [], capability, agent: 'a' });
    expect(engine.decide({ kind: 'tool', name: 'x' }, { at: 0 })).toMatchObject({
      verdict: 'block',
      stage: 'capability',
    });
  });
});
