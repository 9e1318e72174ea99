import type { Ir } from '../../ir.ts';
import type { PolicySource } from '../grammar/policy.ts';
import { lintApprovals } from './approvals.ts';
import { lintLimits } from './limits.ts';
import { lintNames } from './names.ts';
import { lintReach } from './reach.ts';
import type { LintScope } from './scope.ts';
import { lintTests } from './tests.ts';
import { lintWhere } from './where.ts';

/** Says what is written correctly and still is not meant: names that do not exist, rules that never apply. */
export function lint(source: PolicySource, ir: Ir, scope: LintScope): void {
  lintNames(source, scope);
  lintWhere(source, scope);
  lintReach(source, ir, scope);
  lintLimits(source, scope);
  lintApprovals(source, scope);
  lintTests(source, scope);
}
