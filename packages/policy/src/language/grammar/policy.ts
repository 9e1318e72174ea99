import type { Range, Report } from '../findings.ts';
import type { Located } from '../located.ts';
import { toPlain } from '../located.ts';
import { CONDITION_SCHEMAS, CONSTRAINT_SCHEMAS } from './constraints.ts';
import { approval, breaker, concurrency, data, escalate, limits, models, sequence, tools } from './kinds.ts';
import {
  type At,
  type Fields,
  type JsonSchema,
  listOf,
  located,
  object,
  oneOf,
  type Read,
  readFields,
  type Shape,
  slug,
  someOf,
  text,
} from './shapes.ts';

const MAX_RULES = 500;
const modes = oneOf('enforce', 'monitor', 'dry_run', 'off');
export type PolicyMode = 'enforce' | 'monitor' | 'dry_run' | 'off';

const instant: Shape<string> = {
  schema: { type: 'string', format: 'date-time' },
  read(value, report) {
    const found = value.kind === 'scalar' ? value.value : undefined;
    const isInstant =
      typeof found === 'string' && /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(found);
    if (isInstant && Number.isFinite(Date.parse(found))) return new Date(found).toISOString();
    report.error(value.at, { code: 'MC103', message: 'This must be an instant such as 2026-12-31T00:00:00Z.' });
    return undefined;
  },
};

const KINDS = { tools, limits, concurrency, breaker, escalate, sequence, data, models };
type Kinds = typeof KINDS;
export type KindName = keyof Kinds;
const KIND_NAMES = Object.keys(KINDS) as KindName[]; // the keys of a literal

type BodyOf<K extends KindName> = Kinds[K] extends Shape<infer T> ? T : never;

const RULE_FIELDS = {
  id: located(slug),
  message: text(500),
  severity: oneOf('info', 'low', 'medium', 'high', 'critical'),
  mode: modes,
  until: located(instant),
  approval,
};

/** A rule as it is written: of one kind. */
export type RuleSource = Read<typeof RULE_FIELDS, 'id'> & { at: Range } & {
    [K in KindName]: { kind: K; body: BodyOf<K> };
  }[KindName];

const rule: Shape<RuleSource> = {
  schema: {
    type: 'object',
    properties: toProperties({ ...RULE_FIELDS, ...KINDS }),
    required: ['id'],
    oneOf: KIND_NAMES.map((name) => ({ required: [name] })),
    additionalProperties: false,
  },
  read(value, report) {
    if (value.kind !== 'map') {
      report.error(value.at, { code: 'MC103', message: 'A rule is an object with an id and one kind.' });
      return undefined;
    }
    const kinds = KIND_NAMES.filter((name) => value.entries.some(({ key }) => key === name));
    const fields = readFields(value, { ...RULE_FIELDS, ...KINDS }, { required: ['id'], report });
    const [kind] = kinds;
    if (kind === undefined && !fields) return undefined; // what is there is wrong already
    if (kind === undefined || kinds.length > 1) {
      const said =
        kinds.length > 1 ? `This rule is of several kinds (${kinds.join(', ')}).` : 'This rule is of no kind.';
      report.error(value.at, { code: 'MC102', message: `${said} It needs exactly one of ${KIND_NAMES.join(', ')}.` });
      return undefined;
    }
    return fields && ({ ...fields, kind, body: fields[kind], at: value.at } as unknown as RuleSource); // read by its shape
  },
};

const SCOPES = ['org', 'board_group', 'board', 'agent_type', 'agent'] as const;
export type ScopeName = (typeof SCOPES)[number];

export interface ScopeSource {
  level: ScopeName;
  /** Empty for the organization. */
  names: At<string>[];
  exclude: Partial<Record<Exclude<ScopeName, 'org'>, At<string>[]>>;
  at: Range;
}

const names = someOf(located(text(200)));
const NAMED = { board_group: names, board: names, agent_type: names, agent: names };
const exclude = object(NAMED);
const orgFlag: Shape<true> = {
  schema: { const: true },
  read(value, report) {
    if (value.kind === 'scalar' && value.value === true) return true;
    report.error(value.at, { code: 'MC103', message: 'Write org: true.' });
    return undefined;
  },
};

const scope: Shape<ScopeSource> = {
  schema: {
    type: 'object',
    properties: toProperties({ org: orgFlag, ...NAMED, exclude }),
    oneOf: SCOPES.map((name) => ({ required: [name] })),
    additionalProperties: false,
  },
  read(value, report) {
    if (value.kind !== 'map') {
      report.error(value.at, { code: 'MC103', message: 'A scope is an object such as { agent_type: refund-agent }.' });
      return undefined;
    }
    const levels = SCOPES.filter((name) => value.entries.some(({ key }) => key === name));
    const read = readFields(value, { org: orgFlag, ...NAMED, exclude }, { required: [], report });
    const [level] = levels;
    if (level === undefined || levels.length > 1) {
      report.error(value.at, { code: 'MC102', message: `A scope names exactly one of ${SCOPES.join(', ')}.` });
      return undefined;
    }
    if (!read) return undefined;
    const listed = level === 'org' ? [] : (read[level] as At<string>[]); // read by `names`
    return { level, names: listed, exclude: (read.exclude ?? {}) as ScopeSource['exclude'], at: value.at };
  },
};

/** A test that stands in a policy; its parts are plain JSON, checked when it runs. */
export interface TestSource {
  name: string;
  given: unknown;
  expect: unknown;
  at: Range;
}

const plain: Shape<unknown> = {
  schema: { type: 'object' },
  read(value, report) {
    if (value.kind === 'map') return toPlain(value);
    report.error(value.at, { code: 'MC103', message: 'This must be an object.' });
    return undefined;
  },
};
const testFields = object({ name: text(200), given: plain, expect: plain }, ['name', 'given', 'expect']);
const test: Shape<TestSource> = {
  schema: testFields.schema,
  read(value, report) {
    const read = testFields.read(value, report);
    return read && { ...read, at: value.at };
  },
};

const one: Shape<1> = {
  schema: { const: 1 },
  read(value, report) {
    if (value.kind === 'scalar' && value.value === 1) return 1;
    report.error(value.at, { code: 'MC103', message: 'This is version 1 of the language: write version: 1.' });
    return undefined;
  },
};

const POLICY_FIELDS = {
  version: one,
  name: located(slug),
  description: text(5_000),
  mode: located(modes),
  scope,
  rules: listOf(rule, MAX_RULES),
  tests: listOf(test, MAX_RULES),
};

export type PolicySource = Read<typeof POLICY_FIELDS, 'version' | 'name' | 'scope' | 'rules'>;

const policy = object(POLICY_FIELDS, ['version', 'name', 'scope', 'rules']);

/** Reads a whole policy; what is wrong stands in the report. */
export const readPolicy = (value: Located, report: Report): PolicySource | undefined => policy.read(value, report);

/** The JSON Schema (draft 2020-12) of the language, for editors. */
export const policyJsonSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Mission Control policy, version 1',
  ...policy.schema,
  $defs: { ...CONSTRAINT_SCHEMAS, ...CONDITION_SCHEMAS },
};

function toProperties(fields: Fields): JsonSchema {
  return Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
}
