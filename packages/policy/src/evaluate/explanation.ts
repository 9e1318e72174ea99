import type { Call, Decision, Match } from './call.ts';
import type { FailedLeaf } from './conditions/expressions.ts';

const MAX_VALUE = 120;
const MAX_TEXT = 2_000;

const RELATIONS: Record<string, string> = {
  ...{ eq: 'must be', ne: 'must not be', in: 'must be one of', not_in: 'must not be one of' },
  ...{ lt: 'must be less than', lte: 'must be at most', gt: 'must be more than', gte: 'must be at least' },
  ...{ max_len: 'must have a length of at most', starts_with: 'must start with', type: 'must be of type' },
  ...{ within_path: 'must be within', cidr_in: 'must be an address in', exists: 'must be present:' },
};

const REASONS: Record<string, string> = {
  'tools.deny': 'is denied',
  'tools.allow': 'is not among the tools that are allowed',
  'models.deny': 'is denied',
  'models.allow': 'is not among the models that are allowed',
  'sequence.require': 'needs another call first',
  'sequence.forbid': 'is not allowed after what the run did before',
  'escalate.when': 'is to be decided by people',
  'ir.unsupported': 'falls under a rule that this version cannot read',
  'control.killed': 'is stopped: the kill switch is on',
  'control.paused': 'is stopped: the agent is paused',
};

const STARTS: Record<Decision['verdict'], string> = {
  ...{ allow: 'Allowed', warn: 'Warned' },
  ...{ require_approval: 'Needs approval', block: 'Blocked' },
};

/**
 * Says in a sentence why a call was decided so: "Needs approval: amount is 900, must be at most 200 (refund-size, line
 * 8)." `args` is what may be shown of the arguments; so must be the values in the matches.
 */
export function toExplanation({ verdict, decided_by, matched }: Decision, { name, args }: Pick<Call, 'name' | 'args'>) {
  const decisive = matched.find(({ rule }) => rule === decided_by) ?? matched[0];
  if (!decisive) return `${STARTS[verdict]}: no rule has anything against ${name}.`;
  const start = decisive.mode === 'monitor' ? `Would be: ${STARTS[decisive.verdict].toLowerCase()}` : STARTS[verdict];
  const place = decisive.line > 0 ? ` (${decisive.rule.replace(/^.*:/, '')}, line ${decisive.line})` : '';
  const text = decisive.message === undefined ? `${toReason(decisive, name)}${place}.` : fill(decisive.message, args);
  return `${start}: ${text}`.slice(0, MAX_TEXT);
}

function toReason({ code, failed }: Match, name: string): string {
  if (failed.length > 0) return failed.map(toSentence).join('; ');
  return `${name} ${REASONS[code] ?? `was caught by ${code}`}`;
}

function toSentence({ path, op, expected, actual }: FailedLeaf): string {
  const relation = op.startsWith('not ') ? `must not hold "${op.slice(4)}"` : (RELATIONS[op] ?? `must hold "${op}"`);
  const is = actual === undefined ? 'is missing' : `is ${toText(actual)}`;
  return `${path} ${is}, ${relation} ${toText(expected)}`;
}

const toText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
};

/** Puts values of the arguments for `{{a.b}}`; what is not there stays empty. */
const fill = (message: string, args: unknown): string =>
  message.replace(/\{\{\s*([^}]+?)\s*\}\}/g, (_, path: string) => {
    const found = path.split('.').reduce<unknown>((value, key) => findMember(value, key), args);
    return found === undefined ? '' : toText(found);
  });

function findMember(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key]; // an own member was found
}
