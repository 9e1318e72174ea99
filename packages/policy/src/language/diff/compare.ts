import type { Fact, Sense } from './fact.ts';

/** What a change means for agents: they may do more, less, something else, or the same. */
export type Effect = 'widens' | 'narrows' | 'changes' | 'none';

/** What it means that one thing a rule says is another one now; absent ones are undefined. */
export function toEffect(before: Fact | undefined, after: Fact | undefined): Effect {
  const fact = after ?? before;
  if (!fact) return 'none';
  const effect = compare(fact.sense, before?.value, after?.value);
  return fact.isInverted ? invert(effect) : effect;
}

const invert = (effect: Effect): Effect => (effect === 'widens' ? 'narrows' : effect === 'narrows' ? 'widens' : effect);

function compare(sense: Sense, before: unknown, after: unknown): Effect {
  if (sense === 'words') return 'none';
  if (sense === 'other') return 'changes';
  if (typeof sense === 'object')
    return compareNumbers(sense.order.indexOf(String(after)), sense.order.indexOf(String(before)));
  if (before === undefined) return 'narrows';
  if (after === undefined) return 'widens';
  if (sense === 'cap') return compareNumbers(toNumber(before), toNumber(after));
  if (sense === 'floor') return compareNumbers(toNumber(after), toNumber(before));
  if (sense === 'open') return compareSets(toSet(before), toSet(after));
  return sense === 'shut' ? compareSets(toSet(after), toSet(before)) : 'changes';
}

const compareNumbers = (before: number, after: number): Effect =>
  after > before ? 'widens' : after < before ? 'narrows' : 'none';

/** A share or a duration of a breaker stands with its unit. */
const toNumber = (value: unknown): number =>
  typeof value === 'object' && value !== null && 'value' in value ? Number(value.value) : Number(value);

const toSet = (value: unknown): Set<string> =>
  new Set((Array.isArray(value) ? value : [value]).map((item) => JSON.stringify(item)));

function compareSets(before: ReadonlySet<string>, after: ReadonlySet<string>): Effect {
  const hasMore = [...after].some((item) => !before.has(item));
  const hasLess = [...before].some((item) => !after.has(item));
  if (hasMore && hasLess) return 'changes';
  return hasMore ? 'widens' : hasLess ? 'narrows' : 'none';
}
