import fc from 'fast-check';

/** A random life around the approvals of one task: who asks, decides, loses rights, lends a voice, waits, uses. */

export const PEOPLE = ['ann', 'bob', 'cid', 'dee'] as const;
export type Person = (typeof PEOPLE)[number];

export const GROUPS = ['finance', 'legal', 'ops'] as const;
export type Group = (typeof GROUPS)[number];

/** Where a person may write: the board itself, or one of a department. */
export type Place = 'board' | Group;

export type Hash = 'a' | 'b';

/** Time goes in units; approvals last a few of them. */
export type Command =
  | { do: 'ask'; by: Person | 'agent'; k: number; groups: Group[]; hash: Hash; span: number; isLinked: boolean }
  | { do: 'change'; nth: number; by: Person; to: 'approved' | 'rejected' | 'pending'; group: Group | null }
  | { do: 'allow' | 'deny'; person: Person; place: Place }
  | { do: 'lend'; from: Person; to: Person; group: Group | null; units: number }
  | { do: 'take back'; nth: number }
  | { do: 'wait'; units: number }
  | { do: 'expire' }
  | { do: 'use'; nth: number; hash: Hash }
  | { do: 'finish' }
  | { do: 'rework' };

const person = fc.constantFrom(...PEOPLE);
const group = fc.constantFrom(...GROUPS);
/** Counts back from the newest approval or loan. */
const nth = fc.constantFrom(0, 0, 0, 1, 1, 2);
const hash = fc.constantFrom<Hash>('a', 'a', 'a', 'a', 'b');

const YES = ['approved', 'approved', 'approved'] as const;

const ask = fc.record({
  do: fc.constant('ask' as const),
  by: fc.constantFrom<Person | 'agent'>('agent', 'agent', 'agent', ...PEOPLE),
  k: fc.constantFrom(1, 1, 1, 2, 2, 3),
  groups: fc.oneof(fc.constant<Group[]>([]), fc.uniqueArray(group, { minLength: 1, maxLength: 3, size: 'max' })),
  hash,
  span: fc.integer({ min: 2, max: 6 }),
  isLinked: fc.constantFrom(true, true, false),
});
const change = fc.record({
  do: fc.constant('change' as const),
  nth,
  by: person,
  to: fc.constantFrom(...YES, ...YES, 'rejected' as const, 'pending' as const),
  group: fc.option(group, { nil: null, freq: 2 }),
});
const right = fc.record({
  do: fc.constantFrom('allow' as const, 'deny' as const),
  person,
  place: fc.constantFrom<Place>('board', ...GROUPS),
});
const lend = fc.record({
  do: fc.constant('lend' as const),
  from: person,
  to: person,
  group: fc.option(group, { nil: null }),
  units: fc.integer({ min: 1, max: 5 }),
});
const use = fc.record({ do: fc.constant('use' as const), nth, hash });
const plain = fc.constantFrom<Command>({ do: 'expire' }, { do: 'finish' }, { do: 'finish' }, { do: 'rework' });

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: ask },
  { weight: 12, arbitrary: change },
  { weight: 1, arbitrary: right },
  { weight: 1, arbitrary: lend },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('take back' as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), units: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 5, arbitrary: use },
  { weight: 4, arbitrary: plain },
);

/** Begins with a request, so that there is something to live around. */
export const history = (): fc.Arbitrary<Command[]> =>
  fc
    .tuple(ask, fc.array(command, { minLength: 20, maxLength: 50, size: 'max' }))
    .map(([first, rest]) => [first, ...rest]);
