import type { Case } from './vector.ts';

const policy = (name: string, scope: string, rules: string, mode = 'enforce') =>
  `version: 1\nname: ${name}\nmode: ${mode}\nscope: ${scope}\nrules:\n${rules}\n`;

export const tools: Case[] = [
  {
    name: 'match selects, allow closes the world, deny always blocks',
    policies: [
      `  - { id: reading, tools: { allow: ["crm/read_*", "kb/**"] } }
  - { id: writing, tools: { allow: [crm/write_note], where: { text: { max_len: 3 } } } }
  - { id: never, tools: { deny: ["**/delete_*", "/shell(\\\\/.*)?/"] } }
  - { id: mail, tools: { match: [kb/mail], action: warn } }`,
    ],
    calls: [
      [{ tool: 'crm/read_customer' }, 'allow', null],
      [{ tool: 'crm/read_a/b' }, 'block', 'p@1:reading'],
      [{ tool: 'kb/a/b' }, 'allow'],
      [{ tool: 'mail/send' }, 'block', 'p@1:reading'],
      [{ tool: 'crm/write_note', args: { text: 'abc' } }, 'allow'],
      [{ tool: 'crm/write_note', args: { text: 'abcd' } }, 'block', 'p@1:writing'],
      [{ tool: 'kb/x/delete_page' }, 'block', 'p@1:never'],
      [{ tool: 'shell' }, 'block', 'p@1:reading'],
      [{ tool: 'kb/mail' }, 'warn', 'p@1:mail'],
      [{ tool: 'CRM/read_customer' }, 'block'],
      [{ kind: 'model', tool: 'openai/x' }, 'allow', null],
    ],
  },
  {
    name: 'a call must be inside the allow lists of every policy; those in monitor close nothing',
    policies: [
      policy('a', '{ org: true }', '  - { id: a, tools: { allow: [x, y] } }'),
      policy('b', '{ agent: bot }', '  - { id: b, tools: { allow: [y, z] } }'),
      policy('c', '{ board: ops }', '  - { id: c, tools: { allow: [none] } }', 'monitor'),
    ],
    calls: [
      [{ tool: 'y' }, 'allow', null],
      [{ tool: 'x' }, 'block', 'b@1:b'],
      [{ tool: 'z' }, 'block', 'a@1:a'],
    ],
  },
  {
    name: 'what agents declare comes before policies',
    policies: ['  - { id: r, tools: { match: [b], action: require_approval } }'],
    capability: {
      mode: 'enforce',
      tools: [{ name: 'a' }, { name: 'b' }],
      stores: [],
      subagents: [],
      models: ['openai/*'],
    },
    calls: [
      [{ tool: 'a' }, 'allow', null],
      [{ tool: 'b' }, 'require_approval', 'p@1:r'],
      [{ tool: 'c' }, 'block', 'capability'],
      [{ kind: 'model', tool: 'openai/gpt' }, 'allow'],
      [{ kind: 'model', tool: 'other/gpt' }, 'block', 'capability'],
    ],
  },
  {
    name: 'kill and pause come before everything',
    policies: ['  - { id: r, tools: { match: [a], action: warn } }'],
    calls: [
      [{ tool: 'a', control: 'killed' }, 'block', 'control'],
      [{ tool: 'a', control: 'paused' }, 'block', 'control'],
      [{ tool: 'a' }, 'warn'],
    ],
  },
];

export const where: Case[] = [
  {
    name: 'all paths must hold, else the rule acts; what cannot be told is violated',
    policies: [
      `  - id: refund-size
    tools:
      match: [billing/refund.create]
      where: { amount: { lte: 200 }, currency: { in: [EUR, USD] }, customer.email: { domain_in: ["*.example.com", example.com] } }
      action: require_approval
    approval: { joint: [group:finance, group:support], timeout: 30m }
    message: "Refunds over 200 need two departments ({{amount}} {{currency}})."`,
    ],
    calls: [
      [
        { tool: 'billing/refund.create', args: { amount: 200, currency: 'EUR', customer: { email: 'a@example.com' } } },
        'allow',
      ],
      [
        { tool: 'billing/refund.create', args: { amount: 900, currency: 'EUR', customer: { email: 'a@example.com' } } },
        'require_approval',
        'p@1:refund-size',
      ],
      [
        { tool: 'billing/refund.create', args: { amount: 9, currency: 'GBP', customer: { email: 'a@x.test' } } },
        'require_approval',
      ],
      [{ tool: 'billing/refund.create', args: { amount: 9 } }, 'require_approval'],
      [{ tool: 'billing/refund.create', args: null }, 'require_approval'],
      [{ tool: 'billing/other', args: {} }, 'allow'],
    ],
  },
];

export const sequences: Case[] = [
  {
    name: 'require before, forbid after, with conditions on either call',
    policies: [
      `  - { id: verify, sequence: { require: crm/verify, before: "billing/**" } }
  - { id: leak, sequence: { forbid: "mail/**", after: db/read, where_before: { table: { in: [salaries] } }, where_after: { external: true } } }`,
    ],
    calls: [
      [{ tool: 'billing/a/b' }, 'block', 'p@1:verify'],
      [{ tool: 'billing/a/b', history: [{ tool: 'crm/verify' }] }, 'allow'],
      [{ tool: 'mail/send', args: { external: true } }, 'allow'],
      [
        { tool: 'mail/send', args: { external: true }, history: [{ tool: 'db/read', args: { table: 'salaries' } }] },
        'block',
        'p@1:leak',
      ],
      [
        { tool: 'mail/send', args: { external: true }, history: [{ tool: 'db/read', args: { table: 'menu' } }] },
        'allow',
      ],
      [{ tool: 'mail/send', args: { external: true }, history: [{ tool: 'db/read', args: {} }] }, 'block', 'p@1:leak'],
      [
        { tool: 'mail/send', args: { external: false }, history: [{ tool: 'db/read', args: { table: 'salaries' } }] },
        'allow',
      ],
      [{ tool: 'mail/send', args: {}, history: [{ tool: 'db/read', args: { table: 'salaries' } }] }, 'block'],
    ],
  },
];

export const limits: Case[] = [
  {
    name: 'tokens, cost and time block once used up; calls before the one that is too many',
    policies: [
      `  - { id: tokens, limits: { per: run, tokens: 100, warn_at: 80%, on_exceed: pause } }
  - { id: cost, limits: { per: agent_day, cost_usd: 2, on_exceed: block } }
  - { id: calls, limits: { per: run, tool_calls: 2, on_exceed: escalate } }
  - { id: asks, limits: { per: run, llm_calls: 1, on_exceed: warn } }
  - { id: time, limits: { per: run, duration: 5s, on_exceed: block } }`,
    ],
    calls: [
      [{ tool: 'x' }, 'allow'],
      [{ tool: 'x', usage: { 'p@1:tokens': { tokens: 79 } } }, 'allow'],
      [{ tool: 'x', usage: { 'p@1:tokens': { tokens: 80 } } }, 'warn', 'p@1:tokens'],
      [{ tool: 'x', usage: { 'p@1:tokens': { tokens: 100 } } }, 'block', 'p@1:tokens'],
      [{ kind: 'model', tool: 'o/m', usage: { 'p@1:cost': { cost_usd: 2 } } }, 'block', 'p@1:cost'],
      [{ tool: 'x', usage: { 'p@1:calls': { tool_calls: 1 } } }, 'allow'],
      [{ tool: 'x', usage: { 'p@1:calls': { tool_calls: 2 } } }, 'require_approval', 'p@1:calls'],
      [{ kind: 'model', tool: 'o/m', usage: { 'p@1:calls': { tool_calls: 2 } } }, 'allow'],
      [{ kind: 'model', tool: 'o/m', usage: { 'p@1:asks': { llm_calls: 1 } } }, 'warn', 'p@1:asks'],
      [{ tool: 'x', usage: { 'p@1:time': { duration_ms: 5000 } } }, 'block', 'p@1:time'],
      [{ tool: 'x', usage: { 'p@1:tokens': { tokens: 100 }, 'p@1:calls': { tool_calls: 2 } } }, 'block', 'p@1:tokens'],
    ],
  },
  {
    name: 'models: which, and how much they answer at most; the smallest cap counts',
    policies: [
      policy(
        'a',
        '{ org: true }',
        '  - { id: a, models: { allow: ["anthropic/*", "openai/gpt-*"], max_output_tokens: 4000 } }',
      ),
      policy('b', '{ agent_type: t }', '  - { id: b, models: { deny: [openai/gpt-2], max_output_tokens: 1000 } }'),
    ],
    calls: [
      [{ kind: 'model', tool: 'anthropic/x', max_tokens: 500 }, 'allow', null],
      [{ kind: 'model', tool: 'anthropic/x', max_tokens: 9000 }, 'allow', null],
      [{ kind: 'model', tool: 'anthropic/x' }, 'allow', null],
      [{ kind: 'model', tool: 'openai/gpt-2' }, 'block', 'b@1:b'],
      [{ kind: 'model', tool: 'other/x' }, 'block', 'a@1:a'],
    ],
  },
];

export const data: Case[] = [
  {
    name: 'stores that may be read and written, and those that may not',
    policies: ['  - { id: d, data: { read: ["public/**", crm], write: [drafts], deny: ["pii/**"] } }'],
    calls: [
      [{ tool: 't', stores: { read: ['public/a', 'crm'] } }, 'allow'],
      [{ tool: 't', stores: { read: ['crm', 'hr'] } }, 'block', 'p@1:d'],
      [{ tool: 't', stores: { write: ['drafts'] } }, 'allow'],
      [{ tool: 't', stores: { write: ['crm'] } }, 'block'],
      [{ tool: 't', stores: { read: ['pii/people'] } }, 'block'],
      [{ tool: 't' }, 'allow'],
    ],
  },
];

export const escalations: Case[] = [
  {
    name: 'conditions on the run: what is unknown counts as met; a grant satisfies',
    policies: [
      `  - { id: unsure, escalate: { when: { confidence: { lt: 0.6 } }, before: output, to: role:lead, timeout: 10m } }
  - { id: risky, escalate: { when: { all: [{ risk: { gte: 0.7 } }, { tool: "billing/**" }] }, before: tool, to: group:finance } }
  - { id: end, escalate: { when: { any: [{ tokens: { gt: 9 } }, { cost_usd: { gt: 1 } }] }, before: task_end, to: user:a@example.com } }`,
    ],
    calls: [
      [{ kind: 'output', tool: '', ctx: { confidence: 0.6 } }, 'allow'],
      [{ kind: 'output', tool: '', ctx: { confidence: 0.59 } }, 'require_approval', 'p@1:unsure'],
      [{ kind: 'output', tool: '' }, 'require_approval', 'p@1:unsure'],
      [{ kind: 'output', tool: '', ctx: { confidence: 0.1 }, grants: ['p@1:unsure'] }, 'allow'],
      [{ tool: 'billing/refund', ctx: { risk: 0.7 } }, 'require_approval', 'p@1:risky'],
      [{ tool: 'billing/refund', ctx: { risk: 0.6 } }, 'allow'],
      [{ tool: 'kb/read', ctx: { risk: 0.9 } }, 'allow'],
      [{ tool: 'kb/read' }, 'allow'],
      [{ tool: 'billing/refund' }, 'require_approval'],
      [{ kind: 'task_end', tool: '', ctx: { tokens: 1, cost_usd: 2 } }, 'require_approval', 'p@1:end'],
      [{ kind: 'task_end', tool: '', ctx: { tokens: 1, cost_usd: 1 } }, 'allow'],
      [{ kind: 'task_end', tool: '', ctx: { tokens: 1 } }, 'require_approval'],
    ],
  },
  {
    name: 'what several rules ask for must all be met',
    policies: [
      policy(
        'a',
        '{ org: true }',
        '  - { id: a, tools: { match: [t], action: require_approval }, approval: { from: [role:admin], k: 2, timeout: 1h, grant: shape } }',
      ),
      policy(
        'b',
        '{ agent: bot }',
        '  - { id: b, tools: { match: [t], action: require_approval }, approval: { from: [role:lead], joint: [group:x], timeout: 10m } }',
      ),
    ],
    calls: [
      [{ tool: 't' }, 'require_approval', 'a@1:a'],
      [{ tool: 't', grants: ['a@1:a'] }, 'require_approval', 'b@1:b'],
      [{ tool: 't', grants: ['a@1:a', 'b@1:b'] }, 'allow', null],
    ],
  },
];

const BREAKER = 'watch: error_rate, over: 15%, window: 5m, min_calls: 20, scope: agent, action: pause';

export const breakers: Case[] = [
  {
    name: 'an open breaker stops tools and models, before the rules',
    policies: [`  - { id: errors, breaker: { ${BREAKER} } }\n  - { id: never, tools: { deny: [x] } }`],
    calls: [
      [{ tool: 'a' }, 'allow'],
      [{ tool: 'a', open_breakers: ['p@1:errors'] }, 'block', 'p@1:errors'],
      [{ kind: 'model', tool: 'o/m', open_breakers: ['p@1:errors'] }, 'block', 'p@1:errors'],
      [{ tool: 'x', open_breakers: ['p@1:errors'] }, 'block', 'p@1:errors'],
      [{ kind: 'output', tool: '', open_breakers: ['p@1:errors'] }, 'allow'],
      [{ tool: 'a', open_breakers: ['q@1:errors'] }, 'allow'],
    ],
  },
];

export const exceptions: Case[] = [
  {
    name: 'a rule does not count where it is excepted, and after its own end',
    policies: [
      `  - { id: never, tools: { deny: [x] } }
  - { id: until-july, until: 2026-07-01T00:00:00Z, tools: { deny: [y] } }
  - { id: open, tools: { allow: [x, y, z] } }`,
    ],
    calls: [
      [{ tool: 'x' }, 'block', 'p@1:never'],
      [{ tool: 'x', exceptions: ['p@1:never'] }, 'allow', null],
      [{ tool: 'x', exceptions: ['p@2:never'] }, 'block'],
      [{ tool: 'y', at: '2026-06-30T23:59:59.999Z' }, 'block', 'p@1:until-july'],
      [{ tool: 'y', at: '2026-07-01T00:00:00Z' }, 'allow', null],
      [{ tool: 'w' }, 'block', 'p@1:open'],
      [{ tool: 'w', exceptions: ['p@1:open'] }, 'allow', null],
    ],
  },
];

export const modes: Case[] = [
  {
    name: 'monitor records and changes nothing; a rule may have its own mode; dry_run and off are not there',
    policies: [
      policy(
        'm',
        '{ org: true }',
        `  - { id: a, tools: { deny: [x] } }
  - { id: b, mode: enforce, tools: { match: [y], action: warn } }
  - { id: c, mode: dry_run, tools: { deny: [z] } }
  - { id: d, mode: 'off', tools: { deny: [z] } }`,
        'monitor',
      ),
    ],
    calls: [
      [{ tool: 'x' }, 'allow', null],
      [{ tool: 'y' }, 'warn', 'm@1:b'],
      [{ tool: 'z' }, 'allow', null],
    ],
  },
];

export const layering: Case[] = [
  {
    name: 'the strictest counts; of equals the broader scope, then the name, then the order of the file',
    policies: [
      policy('zeta', '{ org: true }', '  - { id: a, tools: { match: [t, u], action: warn } }'),
      policy(
        'beta',
        '{ agent: bot }',
        '  - { id: b, tools: { match: [t], action: block } }\n  - { id: c, tools: { match: [t], action: block } }',
      ),
      policy('alfa', '{ agent: bot }', '  - { id: d, tools: { match: [t, u], action: block } }'),
      policy('gamma', '{ board: ops }', '  - { id: e, tools: { match: [u], action: require_approval } }'),
      policy('delta', '{ board_group: all }', '  - { id: f, tools: { match: [v], action: warn } }'),
      policy('alpha', '{ agent_type: t }', '  - { id: g, tools: { match: [v], action: warn } }'),
    ],
    calls: [
      [{ tool: 't' }, 'block', 'alfa@1:d'],
      [{ tool: 'u' }, 'block', 'alfa@1:d'],
      [{ tool: 'v' }, 'warn', 'delta@1:f'],
      [{ tool: 'w' }, 'allow', null],
    ],
  },
  {
    name: 'an earlier stage decides before a later one',
    policies: [
      `  - { id: size, tools: { match: [t], where: { n: 1 } } }
  - { id: never, tools: { deny: [t] } }
  - { id: people, tools: { match: [u], action: require_approval } }
  - { id: cap, limits: { per: run, tokens: 1, on_exceed: block } }`,
    ],
    calls: [
      [{ tool: 't', args: { n: 2 } }, 'block', 'p@1:never'],
      [{ tool: 'u', usage: { 'p@1:cap': { tokens: 2 } } }, 'block', 'p@1:cap'],
      [{ tool: 'u' }, 'require_approval', 'p@1:people'],
    ],
  },
];
