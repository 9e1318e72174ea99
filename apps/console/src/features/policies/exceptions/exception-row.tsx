import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PolicyException } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { policyKeys } from '#console/api/queries/govern-keys.ts';
import { deleteException } from '#console/api/queries/policies/exceptions.ts';
import { useNow } from '#console/lib/browser/clock.ts';
import { formatLeft } from '#console/lib/format/left.ts';
import { formatExact } from '#console/lib/format/time.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';

/** One exception: rule, agent, why, who allowed it, and how long it holds. */
export function ExceptionRow({ exception, canDelete }: { exception: PolicyException; canDelete: boolean }) {
  const { rule, agent_id, agent_slug, reason, approved_by, until } = exception;
  const [isAsking, setAsking] = useState(false);
  const untilMs = Date.parse(until);
  const left = formatLeft(untilMs, useNow());
  return (
    <li className="grid gap-1 border-b px-4 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <code className="font-mono text-sm">
          <ForeignText text={rule} />
        </code>
        <Link to="/agents/$agentId" params={{ agentId: agent_id }} className="text-accent hover:underline">
          <ForeignText text={agent_slug} />
        </Link>
        <time dateTime={until} title={formatExact(untilMs)} className="num text-fg-2">
          {left === undefined ? 'ended' : `${left} left`}
        </time>
        {canDelete && (
          <Button isSmall tone="danger" className="ml-auto" onClick={() => setAsking(true)}>
            End it
          </Button>
        )}
      </div>
      <p className="break-words text-fg-2">
        <ForeignText text={reason} />
        <span className="text-fg-3"> · allowed by {approved_by.name ?? approved_by.kind}</span>
      </p>
      {isAsking && <EndDialog exception={exception} onClose={() => setAsking(false)} />}
    </li>
  );
}

function EndDialog({ exception, onClose }: { exception: PolicyException; onClose: () => void }) {
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => deleteException(exception.policy_id, exception.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: policyKeys.one(exception.policy_id) });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title="End the exception"
      action="End it"
      isBusy={end.isPending}
      error={end.error ? toFailure(end.error).message : undefined}
      onConfirm={() => end.mutate()}
      onClose={onClose}
    >
      <p>
        {exception.rule} counts for {exception.agent_slug} again, at once.
      </p>
    </ConfirmDialog>
  );
}
