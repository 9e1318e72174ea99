import type { Op } from '../../ir.ts';
import type { ConditionSource, ConstraintSource, WhereSource } from '../grammar/constraints.ts';
import { type Fact, type Sense, toText } from './fact.ts';

const SIGNS: Partial<Record<Op, string>> = {
  lt: '<',
  lte: '≤',
  gt: '>',
  gte: '≥',
  in: 'in',
  not_in: 'not in',
  ne: '≠',
};
const SENSES: Partial<Record<Op, Sense>> = {
  ...{ lt: 'cap', lte: 'cap', gt: 'floor', gte: 'floor', max_len: 'cap' },
  ...{ in: 'open', domain_in: 'open', cidr_in: 'open', not_in: 'shut' },
};

/** What `where` asks for, a fact for each thing that must hold. */
export const listWhereFacts = (parts: readonly WhereSource[]): Fact[] =>
  parts.flatMap(({ path, constraint }) => listConstraintFacts(path, constraint));

function listConstraintFacts(path: string, constraint: ConstraintSource): Fact[] {
  if (constraint.form === 'all') return constraint.parts.flatMap((part) => listConstraintFacts(path, part));
  if (constraint.form !== 'leaf') return [toHeld(path, describe(constraint))];
  const { op, value } = constraint.op === 'eq' ? { op: 'in' as const, value: [constraint.value] } : constraint;
  const sense = SENSES[op];
  if (!sense) return [toHeld(`${path} ${SIGNS[op] ?? op}`, toText(value))];
  return [{ path: `${path} ${SIGNS[op] ?? op}`, value, text: toText(value), sense }];
}

/** What an escalation asks of a run. */
export function listConditionFacts(condition: ConditionSource): Fact[] {
  if (condition.form === 'value') return listConstraintFacts(condition.name, condition.constraint);
  if (condition.form === 'all') return condition.parts.flatMap(listConditionFacts);
  return [toHeld('when', describeCondition(condition))];
}

const toHeld = (path: string, text: string): Fact => ({ path, value: text, text, sense: 'held' });

function describe(constraint: ConstraintSource): string {
  if (constraint.form === 'leaf') return `${SIGNS[constraint.op] ?? constraint.op} ${toText(constraint.value)}`;
  if (constraint.form === 'not') return `not (${describe(constraint.part)})`;
  return constraint.parts.map(describe).join(constraint.form === 'all' ? ' and ' : ' or ');
}

function describeCondition(condition: ConditionSource): string {
  if (condition.form === 'value') return `${condition.name} ${describe(condition.constraint)}`;
  if (condition.form === 'not') return `not (${describeCondition(condition.part)})`;
  return condition.parts.map(describeCondition).join(condition.form === 'all' ? ' and ' : ' or ');
}
