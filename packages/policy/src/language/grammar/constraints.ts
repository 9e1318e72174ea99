import type { Op } from '../../ir.ts';
import type { Range, Report } from '../findings.ts';
import { type Entry, type Located, toPlain } from '../located.ts';
import { listOf, located, number, oneOf, reportUnknown, type Shape, someOf, text } from './shapes.ts';

/** What a value must be, as it is written. */
export type ConstraintSource =
  | { form: 'leaf'; op: Op; value: unknown; at: Range }
  | { form: 'all'; parts: ConstraintSource[] }
  | { form: 'any'; parts: ConstraintSource[] }
  | { form: 'not'; part: ConstraintSource };

/** What must hold for a run, as it is written. */
export type ConditionSource =
  | { form: 'value'; name: string; constraint: ConstraintSource; at: Range }
  | { form: 'all'; parts: ConditionSource[] }
  | { form: 'any'; parts: ConditionSource[] }
  | { form: 'not'; part: ConditionSource };

const json: Shape<unknown> = { schema: {}, read: toPlain };
const flagValue: Shape<boolean> = {
  schema: { type: 'boolean' },
  read(value, report) {
    if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
    report.error(value.at, { code: 'MC103', message: 'This must be true or false.' });
    return undefined;
  },
};

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'] as const;

const OPS: Record<Op, Shape<unknown>> = {
  ...{ eq: json, ne: json, in: listOf(json), not_in: listOf(json) },
  ...{ lt: number(), lte: number(), gt: number(), gte: number(), max_len: number({ min: 0, whole: true }) },
  ...{
    matches: text(258),
    glob: text(256),
    starts_with: text(),
    domain_in: someOf(text(253)),
    cidr_in: someOf(text(64)),
  },
  ...{ within_path: text(), type: oneOf(...TYPES), exists: flagValue },
};
const isOp = (key: string): key is Op => Object.hasOwn(OPS, key);
const COMBINED = ['all', 'any', 'not'] as const;

const toRef = (name: string) => ({ $ref: `#/$defs/${name}` });

export const CONSTRAINT_SCHEMAS = {
  constraint: {
    anyOf: [
      { type: ['string', 'number', 'boolean', 'null'] },
      {
        type: 'object',
        minProperties: 1,
        properties: {
          ...Object.fromEntries(Object.entries(OPS).map(([op, { schema }]) => [op, schema])),
          ...{ all: { type: 'array', items: toRef('constraint') }, any: { type: 'array', items: toRef('constraint') } },
          not: toRef('constraint'),
        },
        additionalProperties: false,
      },
    ],
  },
};

const allOf = (parts: ConstraintSource[]): ConstraintSource => {
  const [only] = parts;
  return parts.length === 1 && only ? only : { form: 'all', parts };
};

/** A scalar alone stands for `eq`; several keys must all hold. */
export const constraint: Shape<ConstraintSource> = {
  schema: toRef('constraint'),
  read(value, report) {
    if (value.kind === 'scalar') return { form: 'leaf', op: 'eq', value: value.value, at: value.at };
    if (value.kind === 'map' && value.entries.length > 0) {
      const parts = value.entries.map((entry) => readConstraint(entry, report));
      return parts.includes(undefined) ? undefined : allOf(parts.filter((part) => part !== undefined));
    }
    report.error(value.at, { code: 'MC103', message: 'A constraint is a value or an object such as { lte: 200 }.' });
    return undefined;
  },
};

function readConstraint(entry: Entry, report: Report): ConstraintSource | undefined {
  const { key, at, value } = entry;
  if (isOp(key)) {
    const read = OPS[key].read(value, report);
    return read === undefined ? undefined : { form: 'leaf', op: key, value: read, at };
  }
  if (key === 'not') {
    const part = constraint.read(value, report);
    return part && { form: 'not', part };
  }
  if (key === 'all' || key === 'any') {
    const parts = listOf(constraint).read(value, report);
    return parts && { form: key, parts };
  }
  reportUnknown(entry, [...Object.keys(OPS), ...COMBINED], report);
  return undefined;
}

/** What a condition may ask of a run. */
const VALUES = ['confidence', 'cost_usd', 'tokens', 'tool_calls', 'risk'] as const;
const toolPattern = located(text(258));

/** Several keys must all hold, as in a constraint. */
export const condition: Shape<ConditionSource> = {
  schema: toRef('condition'),
  read(value, report) {
    if (value.kind !== 'map' || value.entries.length === 0) return refuseCondition(value, report);
    const parts = value.entries.map((entry) => readCondition(entry, report));
    if (parts.includes(undefined)) return undefined;
    const read = parts.filter((part) => part !== undefined);
    const [only] = read;
    return read.length === 1 && only ? only : { form: 'all', parts: read };
  },
};

export const CONDITION_SCHEMAS = {
  condition: {
    type: 'object',
    minProperties: 1,
    properties: {
      ...Object.fromEntries(VALUES.map((name) => [name, toRef('constraint')])),
      ...{ all: { type: 'array', items: toRef('condition') }, any: { type: 'array', items: toRef('condition') } },
      ...{ not: toRef('condition'), tool: { type: 'string' } },
    },
    additionalProperties: false,
  },
};

function refuseCondition({ at }: Located, report: Report): undefined {
  report.error(at, { code: 'MC103', message: 'A condition is an object such as { confidence: { lt: 0.6 } }.' });
}

function readCondition(entry: Entry, report: Report): ConditionSource | undefined {
  const { key, at, value } = entry;
  if (key === 'tool') {
    const read = toolPattern.read(value, report);
    const leaf = read && ({ form: 'leaf', op: 'glob', value: read.value, at: read.at } as const);
    return leaf && { form: 'value', name: key, constraint: leaf, at };
  }
  if ((VALUES as readonly string[]).includes(key)) {
    const read = constraint.read(value, report);
    return read && { form: 'value', name: key, constraint: read, at };
  }
  if (key === 'not') {
    const part = condition.read(value, report);
    return part && { form: 'not', part };
  }
  if (key === 'all' || key === 'any') {
    const parts = listOf(condition).read(value, report);
    return parts && { form: key, parts };
  }
  reportUnknown(entry, [...VALUES, 'tool', ...COMBINED], report);
  return undefined;
}

/** The constraints of `where`, by path. */
export interface WhereSource {
  path: string;
  at: Range;
  constraint: ConstraintSource;
}

export const where: Shape<WhereSource[]> = {
  schema: { type: 'object', additionalProperties: toRef('constraint') },
  read(value, report) {
    if (value.kind !== 'map' || value.entries.length === 0) {
      report.error(value.at, {
        code: 'MC103',
        message: 'This must be an object of paths, such as { amount: { lte: 200 } }.',
      });
      return undefined;
    }
    const parts = value.entries.map(({ key, at, value: inner }): WhereSource | undefined => {
      const read = constraint.read(inner, report);
      return read && { path: key, at, constraint: read };
    });
    return parts.includes(undefined) ? undefined : parts.filter((part) => part !== undefined);
  },
};
