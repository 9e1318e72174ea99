import type { Case } from './vector.ts';

type Truth = 'holds' | 'fails' | 'unknown';

/** What a constraint says of values that stand at `v`; `unknown` is violated, and so is its negation. */
function ofConstraint(name: string, constraint: string, values: [value: unknown, truth: Truth][]): Case {
  const rule = (id: string, written: string) =>
    `  - { id: ${id}, tools: { match: [${id}], where: { v: ${written} } } }`;
  return {
    name,
    policies: [`${rule('plain', constraint)}\n${rule('negated', `{ not: ${constraint} }`)}`],
    calls: values.flatMap(([v, truth]): Case['calls'] => {
      const args = v === undefined ? {} : { v };
      return [
        [{ tool: 'plain', args }, truth === 'holds' ? 'allow' : 'block'],
        [{ tool: 'negated', args }, truth === 'fails' ? 'allow' : 'block'],
      ];
    }),
  };
}

const ABSENT: [undefined, Truth] = [undefined, 'unknown'];

export const ops: Case[] = [
  ofConstraint('eq of a text: by code points, without folding, trimming or normalization', 'Straße', [
    ['Straße', 'holds'],
    ...(['straße', 'Straße ', 'STRASSE', 'Strasse', 5, null, true, ['Straße']] as const).map((v): [unknown, Truth] => [
      v,
      'fails',
    ]),
    ABSENT,
  ]),
  ofConstraint('eq of a composed letter is not its decomposed form', '{ eq: "\\u00e9" }', [
    ['\u00e9', 'holds'],
    ['e\u0301', 'fails'],
  ]),
  ofConstraint('eq of a number: one kind of number, and booleans are none', '{ eq: 1 }', [
    [1, 'holds'],
    [1.0, 'holds'],
    [true, 'fails'],
    ['1', 'fails'],
    [1.5, 'fails'],
  ]),
  ofConstraint('eq of a boolean', '{ eq: true }', [
    [true, 'holds'],
    [1, 'fails'],
    ['true', 'fails'],
    [false, 'fails'],
  ]),
  ofConstraint('eq of null is something that stands there', '{ eq: null }', [
    [null, 'holds'],
    [0, 'fails'],
    ['', 'fails'],
    ABSENT,
  ]),
  ofConstraint('eq of an object: whatever the order of its keys', '{ eq: { a: 1, b: [2, 3] } }', [
    [{ b: [2, 3], a: 1 }, 'holds'],
    [{ b: [3, 2], a: 1 }, 'fails'],
    [{ a: 1 }, 'fails'],
    ['{"a":1,"b":[2,3]}', 'fails'],
  ]),
  ofConstraint('ne', '{ ne: x }', [['x', 'fails'], ['y', 'holds'], [1, 'holds'], ABSENT]),
  ofConstraint('in', '{ in: [EUR, 5, { a: 1 }] }', [
    ['EUR', 'holds'],
    [5, 'holds'],
    [{ a: 1 }, 'holds'],
    ['5', 'fails'],
    [{ a: 2 }, 'fails'],
    ABSENT,
  ]),
  ofConstraint('not_in', '{ not_in: [EUR, 5] }', [
    ['EUR', 'fails'],
    [5, 'fails'],
    ['USD', 'holds'],
    [null, 'holds'],
    ABSENT,
  ]),
  ...(['lt', 'lte', 'gt', 'gte'] as const).map((op) =>
    ofConstraint(op, `{ ${op}: 200 }`, [
      [199.999, op.startsWith('l') ? 'holds' : 'fails'],
      [200, op.endsWith('e') ? 'holds' : 'fails'],
      [200.001, op.startsWith('g') ? 'holds' : 'fails'],
      ...(['199', true, null, [1], {}] as const).map((v): [unknown, Truth] => [v, 'unknown']),
      ABSENT,
    ]),
  ),
  ofConstraint('numbers are IEEE doubles', '{ lte: 9007199254740992 }', [
    [9007199254740992, 'holds'],
    [9007199254740994, 'fails'],
    [1e308, 'fails'],
    [-1e308, 'holds'],
    [-0, 'holds'],
  ]),
  ofConstraint('matches searches; upper case is another letter', '{ matches: "ab+c" }', [
    ['xxabbbcyy', 'holds'],
    ['ABC', 'fails'],
    ['ac', 'fails'],
    ['', 'fails'],
    [12, 'unknown'],
    ABSENT,
  ]),
  ofConstraint('an expression between slashes is the whole text', '{ matches: "/[a-z]{2,4}[0-9]?/" }', [
    ['ab', 'holds'],
    ['abcd5', 'holds'],
    ['a', 'fails'],
    ['abcde', 'fails'],
    ['ab55', 'fails'],
    ['ab ', 'fails'],
  ]),
  ofConstraint('expressions have classes, alternatives and escapes', '{ matches: "/(\\\\d+|x\\\\.y|[^a-c\\\\s]+)/" }', [
    ['123', 'holds'],
    ['x.y', 'holds'],
    ['def', 'holds'],
    ['a', 'fails'],
    ['d e', 'fails'],
  ]),
  ofConstraint('an expression counts code points: one for an emoji', '{ matches: "/..?/" }', [
    ['\u{1F600}', 'holds'],
    ['\u{1F600}\u{1F600}', 'holds'],
    ['\u{1F600}\u{1F600}\u{1F600}', 'fails'],
  ]),
  ofConstraint('a text of over 4,096 code points is not looked at', '{ matches: a }', [
    ['a'.repeat(4_096), 'holds'],
    ['a'.repeat(4_097), 'unknown'],
  ]),
  ofConstraint(
    'glob: a star within a segment, two across, a question mark for one character',
    '{ glob: "src/*/a?.ts" }',
    [
      ['src/x/ab.ts', 'holds'],
      ['src//ab.ts', 'holds'],
      ['src/x/y/ab.ts', 'fails'],
      ['src/x/a.ts', 'fails'],
      ['src/x/a/.ts', 'fails'],
    ],
  ),
  ofConstraint('glob across segments', '{ glob: "src/**" }', [
    ['src/a', 'holds'],
    ['src/a/b.ts', 'holds'],
    ['src', 'fails'],
    ['xsrc/a', 'fails'],
  ]),
  ofConstraint('glob takes everything else as it is written', '{ glob: "a.b+c(*)" }', [
    ['a.b+c(x)', 'holds'],
    ['aXb+c(x)', 'fails'],
    ['a.bbc(x)', 'fails'],
  ]),
  ofConstraint('starts_with', '{ starts_with: "/srv/" }', [
    ['/srv/x', 'holds'],
    ['/srv', 'fails'],
    [5, 'unknown'],
    ABSENT,
  ]),
  ofConstraint(
    'domain_in: the host of a URL or an address, exactly or below',
    '{ domain_in: [example.com, "*.example.org"] }',
    [
      ['https://example.com/x?y#z', 'holds'],
      ['https://EXAMPLE.com:8443', 'holds'],
      ['https://user:pass@example.com/', 'holds'],
      ['https://example.com./', 'holds'],
      ['someone@example.com', 'holds'],
      ['https://www.example.com', 'fails'],
      ['https://a.b.example.org', 'holds'],
      ['https://example.org', 'fails'],
      ['https://evilexample.org', 'fails'],
      ['https://example.com@evil.test/', 'fails'],
      ['https://evil.test/?x=example.com', 'fails'],
      ['https://evil.test#@example.com', 'fails'],
      ['example.com', 'unknown'],
      ['', 'unknown'],
      [5, 'unknown'],
      ABSENT,
    ],
  ),
  ofConstraint('domain_in writes names as DNS has them', '{ domain_in: [bücher.example] }', [
    ['https://bücher.example/', 'holds'],
    ['https://xn--bcher-kva.example/', 'holds'],
    ['https://BÜCHER.example/', 'holds'],
    ['https://bucher.example/', 'fails'],
  ]),
  ofConstraint('cidr_in', '{ cidr_in: [10.0.0.0/8, 192.168.1.5, "2001:db8::/32"] }', [
    ['10.255.0.1', 'holds'],
    ['11.0.0.1', 'fails'],
    ['192.168.1.5', 'holds'],
    ['192.168.1.6', 'fails'],
    ['2001:db8:1::1', 'holds'],
    ['2001:DB8::', 'holds'],
    ['2001:db9::1', 'fails'],
    ['10.0.0.256', 'unknown'],
    ['010.0.0.1', 'unknown'],
    ['10.0.0', 'unknown'],
    ['example.com', 'unknown'],
    ABSENT,
  ]),
  ofConstraint('within_path: by its text, with dots resolved', '{ within_path: /srv/agents }', [
    ['/srv/agents', 'holds'],
    ['/srv/agents/', 'holds'],
    ['/srv/agents/a/../b', 'holds'],
    ['//srv//agents/./x', 'holds'],
    ['/srv/agents/../../etc/passwd', 'fails'],
    ['/srv/agents2', 'fails'],
    ['/srv/agents/\u0000', 'fails'],
    ['/..', 'fails'],
    ['srv/agents/x', 'fails'],
    [5, 'unknown'],
    ABSENT,
  ]),
  ofConstraint('max_len counts code points', '{ max_len: 2 }', [
    ['\u{1F600}\u{1F600}', 'holds'],
    ['abc', 'fails'],
    ['', 'holds'],
    [[1], 'unknown'],
    ABSENT,
  ]),
  ...(
    [
      ['string', 'x'],
      ['number', 1.5],
      ['integer', 2],
      ['boolean', false],
      ['array', []],
      ['object', {}],
      ['null', null],
    ] as const
  ).map(([type, own]) => {
    const all: unknown[] = ['x', 1.5, 2, false, [], {}, null];
    return ofConstraint(`type ${type}`, `{ type: ${type} }`, [
      ...all.map((v): [unknown, Truth] => [
        v,
        JSON.stringify(v) === JSON.stringify(own) || (type === 'number' && v === 2) ? 'holds' : 'fails',
      ]),
      ABSENT,
    ]);
  }),
  ofConstraint('exists is never unknown', '{ exists: true }', [
    [null, 'holds'],
    [0, 'holds'],
    [undefined, 'fails'],
  ]),
  ofConstraint('exists: false is how absence is allowed', '{ any: [{ exists: false }, { lt: 5 }] }', [
    [undefined, 'holds'],
    [4, 'holds'],
    [5, 'fails'],
    ['x', 'unknown'],
  ]),
  ofConstraint(
    'all and several keys: one that fails decides, else what is unknown',
    '{ gte: 2, any: [{ type: string }, { lt: 9 }] }',
    [
      [2, 'holds'],
      [9, 'fails'],
      ['x', 'unknown'],
      [1, 'fails'],
      [true, 'unknown'],
    ],
  ),
];

const ofPath = (name: string, where: string, calls: [args: unknown, holds: boolean][]): Case => ({
  name,
  policies: [`  - id: r\n    tools:\n      match: [t]\n      where:\n        ${where}`],
  calls: calls.map(([args, holds]) => [{ tool: 't', args }, holds ? 'allow' : 'block']),
});

export const paths: Case[] = [
  ofPath('keys, also of keys with dots, and elements', `'a.b[1]."x.y"': 5`, [
    [{ a: { b: [0, { 'x.y': 5 }] } }, true],
    [{ a: { b: [{ 'x.y': 5 }] } }, false],
    [{ a: { b: { 1: { 'x.y': 5 } } } }, false],
    [{ a: null }, false],
    [{}, false],
    [null, false],
    ['text', false],
  ]),
  ofPath('all elements; none is fine', 'to[*]: { domain_in: [example.com] }', [
    [{ to: ['a@example.com', 'b@example.com'] }, true],
    [{ to: ['a@example.com', 'b@other.test'] }, false],
    [{ to: ['a@example.com', 5] }, false],
    [{ to: [] }, true],
    [{ to: 'a@example.com' }, false],
    [{}, false],
  ]),
  ofPath('at least one element', 'tags[?]: x', [
    [{ tags: ['y', 'x'] }, true],
    [{ tags: ['y'] }, false],
    [{ tags: [] }, false],
    [{}, false],
  ]),
  ofPath('all of at least one', 'rows[*].cells[?].v: { gte: 1 }', [
    [{ rows: [{ cells: [{ v: 0 }, { v: 1 }] }, { cells: [{ v: 2 }] }] }, true],
    [{ rows: [{ cells: [{ v: 1 }] }, { cells: [{ v: 0 }] }] }, false],
    [{ rows: [{ cells: [{ v: 1 }] }, { cells: [{ w: 2 }] }] }, false],
  ]),
  ofPath(
    'own members only: what every object has is nothing',
    'constructor.name: { exists: false }\n        toString: { exists: false }',
    [
      [{}, true],
      [{ toString: 1 }, false],
    ],
  ),
  ofPath('count of a list and of an object', 'count(to): { lte: 2 }', [
    [{ to: [1, 2] }, true],
    [{ to: [1, 2, 3] }, false],
    [{ to: { a: 1, b: 2, c: 3 } }, false],
    [{ to: 'abc' }, false],
    [{}, false],
  ]),
  ofPath('bytes of the canonical JSON in UTF-8', 'bytes(text): { lte: 6 }', [
    [{ text: 'abcd' }, true],
    [{ text: 'abcde' }, false],
    [{ text: '\u00e9\u00e9' }, true],
    [{ text: '\u{1F600}a' }, false],
    [{ text: [1, 2] }, true],
    [{ text: { a: 12 } }, false],
    [{}, false],
  ]),
  ofPath('the whole arguments', 'bytes($): { lte: 9 }', [
    [{ a: 'b' }, true],
    [{ a: 'bc' }, false],
  ]),
];
