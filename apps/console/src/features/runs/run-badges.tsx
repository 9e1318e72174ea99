import type { Run } from '#console/api/contract.ts';
import { Badge } from '#console/ui/state/badge.tsx';

/** What must be known before the numbers of a run are believed, and what went wrong in it. */
export function RunBadges({ run }: { run: Run }) {
  return (
    <span className="inline-flex shrink-0 items-center gap-1">
      {run.blocked > 0 && (
        <Badge tone="bad" title="Calls that were stopped">
          {run.blocked} blocked
        </Badge>
      )}
      {run.violations > run.blocked && (
        <Badge tone="warn" title="Calls that broke a rule and were let through">
          {run.violations - run.blocked} would block
        </Badge>
      )}
      {run.errors > 0 && (
        <Badge tone="warn" title="Steps that failed">
          {run.errors} {run.errors === 1 ? 'error' : 'errors'}
        </Badge>
      )}
      {run.sampled === false && (
        <Badge title="Payloads were left out by sampling; steps and numbers are complete">sampled</Badge>
      )}
      {run.gap && (
        <Badge tone="warn" title="Some events of this run never arrived">
          gap
        </Badge>
      )}
      {run.truncated && <Badge title="More steps were reported than are stored">truncated</Badge>}
    </span>
  );
}
