import type { ApprovalIr } from '../ir.ts';
import type { Match } from './call.ts';
import type { LoadedRule } from './rules.ts';

const DEFAULT: ApprovalIr = {
  ...{ from: [], k: 1, joint: [], exclude_owner: false },
  ...{ timeout_s: 1_800, on_timeout: 'deny', grant: 'call' },
};

/** What several rules that ask for approval ask for together: every one must be met. */
export function mergeApprovals(
  matches: readonly Match[],
  rules: ReadonlyMap<string, LoadedRule>,
): ApprovalIr | undefined {
  const asking = matches.filter(({ verdict }) => verdict === 'require_approval');
  return asking.length === 0 ? undefined : joinApprovals(asking.map(({ rule }) => rules.get(rule)?.rule.approval));
}

/** What rules ask for together; a rule that does not say whom it asks leaves that to the board. */
export function joinApprovals(asked: readonly (ApprovalIr | undefined)[]): ApprovalIr {
  const [first = DEFAULT, ...others] = asked.map((approval) => ({ ...DEFAULT, ...approval }));
  return others.reduce(merge, first);
}

const merge = (a: ApprovalIr, b: ApprovalIr): ApprovalIr => ({
  ...a,
  from: [...new Set([...a.from, ...b.from])],
  k: Math.max(a.k, b.k),
  joint: [...new Set([...a.joint, ...b.joint])],
  exclude_owner: a.exclude_owner || b.exclude_owner,
  timeout_s: Math.min(a.timeout_s, b.timeout_s),
  on_timeout: a.on_timeout === 'allow' ? b.on_timeout : a.on_timeout,
  ...mergeGrants(a, b),
});

/** What calls must have in common for one, they must for both. */
function mergeGrants(a: ApprovalIr, b: ApprovalIr): Pick<ApprovalIr, 'grant' | 'shape' | 'max_uses'> {
  if (a.grant === 'call' || b.grant === 'call') return { grant: 'call' };
  const uses = [a.max_uses, b.max_uses].filter((most) => most !== undefined);
  return {
    grant: 'shape',
    shape: [...new Set([...(a.shape ?? []), ...(b.shape ?? [])])],
    ...(uses.length > 0 && { max_uses: Math.min(...uses) }),
  };
}
