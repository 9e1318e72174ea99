import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Violation } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateViolation, violationKeys } from '#console/api/queries/fleet/violations.ts';
import { membersQuery } from '#console/api/queries/organization/members.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Select } from '#console/ui/control/select.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

/** Who looks after a violation; chosen among the people of the organization. */
export function Assignee({ violation }: { violation: Violation }) {
  const queryClient = useQueryClient();
  const members = useItems(useInfiniteQuery(membersQuery).data);
  const assign = useMutation({
    mutationFn: (userId: string | null) => updateViolation(violation.id, { assignee_user_id: userId }),
    onError: (error) => toast.failed(`Not assigned: ${toFailure(error).message}`),
    onSuccess: (answer) =>
      queryClient.setQueryData<Violation>(violationKeys.detail(violation.id), (old) => old && { ...old, ...answer }),
  });
  const chosen = violation.assignee_user_id;
  const isListed = members.some(({ user_id }) => user_id === chosen);
  return (
    <Select
      aria-label="Looked after by"
      className="h-7 max-w-60"
      disabled={assign.isPending}
      value={chosen ?? ''}
      onChange={(event) => assign.mutate(event.target.value || null)}
    >
      <option value="">Nobody</option>
      {chosen !== null && !isListed && <option value={chosen}>{violation.assignee_name ?? 'Somebody who left'}</option>}
      {members.map(({ user_id, user }) => (
        <option key={user_id} value={user_id}>
          {toVisibleText(user?.name || user?.email || 'Unnamed')}
        </option>
      ))}
    </Select>
  );
}
