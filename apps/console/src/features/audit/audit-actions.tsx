import { useMutation } from '@tanstack/react-query';
import { Download, ShieldCheck } from 'lucide-react';
import type { AuditVerification } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { type AuditFilters, toAuditExport, verifyAudit } from '#console/api/queries/govern/audit.ts';
import { formatCount, plural } from '#console/lib/format/numbers.ts';
import { Button, buttonClass } from '#console/ui/control/button.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { Failed } from '#console/ui/feedback/states.tsx';
import { Facts } from '#console/ui/layout/page.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { StatePill } from '#console/ui/state/mark.tsx';

const INTACT = { tone: 'ok', shape: 'dot', word: 'Intact' } as const;
const BROKEN = { tone: 'bad', shape: 'diamond', word: 'Broken' } as const;

/** Checks the chain, and takes the shown entries away as a file. */
export function AuditActions({ filters }: { filters: AuditFilters }) {
  const verify = useMutation({ mutationFn: () => verifyAudit(filters) });
  return (
    <>
      <Button icon={ShieldCheck} isBusy={verify.isPending} onClick={() => verify.mutate()}>
        Verify
      </Button>
      <ExportLink filters={filters} format="ndjson" />
      <ExportLink filters={filters} format="csv" />
      {(verify.data || verify.error) && (
        <Dialog title="The chain of entries" onClose={verify.reset}>
          {verify.data ? (
            <Outcome outcome={verify.data} />
          ) : (
            <Failed
              what="The chain could not be checked"
              failure={toFailure(verify.error)}
              onRetry={() => verify.mutate()}
              isCompact
            />
          )}
        </Dialog>
      )}
    </>
  );
}

function ExportLink({ filters, format }: { filters: AuditFilters; format: 'ndjson' | 'csv' }) {
  return (
    <a
      href={toAuditExport(filters, format)}
      download={`audit.${format}`}
      title="All entries that the filters let through"
      className={buttonClass('plain')}
    >
      <Download aria-hidden size={14} strokeWidth={2} />
      {format.toUpperCase()}
    </a>
  );
}

function Outcome({ outcome }: { outcome: AuditVerification }) {
  const { ok, problem, checked, first_seq, last_seq, head } = outcome;
  return (
    <div className="grid gap-3">
      <p className="flex flex-wrap items-center gap-2">
        <StatePill look={ok ? INTACT : BROKEN} />
        {ok
          ? `${plural(checked, 'entry', 'entries')} checked: none was edited, removed or moved.`
          : problem && `Entry ${formatCount(problem.seq)} is the first that does not fit: ${problem.kind}.`}
      </p>
      {problem && <p className="text-fg-2">{problem.detail}</p>}
      <Facts
        facts={[
          [
            'Looked at',
            first_seq === null ? 'nothing' : `${formatCount(first_seq)} to ${formatCount(last_seq ?? first_seq)}`,
          ],
          ['Last entry', head ? formatCount(head.seq) : 'none'],
          ['Its hash', head ? <Identifier key="hash" id={head.hash} isWhole /> : 'none'],
        ]}
      />
      <p className="text-sm text-fg-3">
        Keep the last hash somewhere else: with it a later check also shows whether the end of the trail was cut off.
      </p>
    </div>
  );
}
