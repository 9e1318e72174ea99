import { type ApprovalIr, type Ir, joinApprovals, type Rule } from '@mission-control/policy/evaluate';

/** Persons, by roles, addresses and departments, as policies write them. */
export interface Who {
  roles: string[];
  emails: string[];
  groups: string[];
}

/** Reads `role:`, `user:` and `group:`; a channel is told and is nobody. */
export function parseWho(entries: readonly string[]): Who {
  const of = (kind: string) =>
    entries.flatMap((entry) => (entry.startsWith(`${kind}:`) ? entry.slice(kind.length + 1).trim() : []));
  return { roles: of('role'), emails: of('user').map((email) => email.toLowerCase()), groups: of('group') };
}

/** Whom rules ask together: departments that fill a place each, and persons who fill the others. */
export interface Asked {
  departments: string[];
  who: Who;
  /** Places of persons. */
  places: number;
  excludeOwner: boolean;
  timeoutS: number;
  onTimeout: ApprovalIr['on_timeout'];
  escalateTo: Who[];
  /** Where people may allow calls like it: what these must have in common, and how many they may be. */
  like: { paths: string[]; uses: number } | undefined;
}

const MAX_PLACES = 10;
const MAX_TIMEOUT_S = 7 * 86_400;
const LEVELS = 2;
const MAX_USES = 50;

/**
 * Whom rules ask, by the policies that hold for the agent now; undefined when one of them is no rule of these. Who stands
 * in `joint` and is no department becomes one more of the persons that must agree.
 */
export function toAsked(policies: readonly Ir[], rules: readonly string[]): Asked | undefined {
  const known = new Map<string, Rule>(
    policies.flatMap(({ policy, rules: own }) => own.map((rule) => [`${policy.name}:${rule.id}`, rule] as const)),
  );
  const found = rules.map((ref) => known.get(ref.replace(/@\d+:/, ':')));
  if (found.some((rule) => rule === undefined)) return undefined;
  const approval = joinApprovals(found.map((rule) => rule?.approval));
  const departments = approval.joint.filter((entry) => entry.startsWith('group:'));
  const others = approval.joint.filter((entry) => !entry.startsWith('group:'));
  const needsPersons = approval.from.length > 0 || approval.joint.length === 0;
  return {
    departments: parseWho(departments).groups.slice(0, MAX_PLACES),
    who: parseWho([...approval.from, ...others]),
    places: Math.min((needsPersons ? approval.k : 0) + others.length, MAX_PLACES - departments.length),
    excludeOwner: approval.exclude_owner,
    timeoutS: Math.min(approval.timeout_s, MAX_TIMEOUT_S),
    onTimeout: approval.on_timeout,
    escalateTo: (approval.escalate_to ?? []).slice(0, LEVELS).map((entry) => parseWho([entry])),
    like: toLike(approval),
  };
}

/** What has nothing in common with a call is not like it. */
const toLike = ({ grant, shape = [], max_uses = MAX_USES }: ApprovalIr): Asked['like'] =>
  grant === 'shape' && shape.length > 0 ? { paths: shape, uses: Math.min(max_uses, MAX_USES) } : undefined;

/** The roles that a person has who has one of these or a stronger one. */
const AT_LEAST: Record<string, string[]> = {
  member: ['member', 'admin', 'owner'],
  admin: ['admin', 'owner'],
  owner: ['owner'],
};

export const toRoles = (names: readonly string[]): string[] => [
  ...new Set(names.flatMap((name) => AT_LEAST[name] ?? [])),
];
