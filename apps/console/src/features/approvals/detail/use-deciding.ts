import { useQuery } from '@tanstack/react-query';
import type { Approval } from '#console/api/contract.ts';
import { membershipQuery, meQuery } from '#console/api/queries/session.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import type { Department } from '#console/ui/approval/decide/department-field.tsx';
import { toDepartments } from './departments.ts';

interface Deciding {
  isOwn: (approval: Approval) => boolean;
  departmentsOf: (approvals: readonly Approval[]) => Department[];
  /** Names of departments by id. */
  groupNames: ReadonlyMap<string, string>;
}

/** What the caller is to approvals: who asked, or whose voice. */
export function useDeciding(): Deciding {
  const me = useQuery(meQuery).data;
  const member = useQuery(membershipQuery).data;
  const groups = useQuery(boardGroupsQuery).data?.items ?? [];
  const boards = useQuery(boardsQuery).data?.items ?? [];
  return {
    isOwn: ({ requested_by }) => requested_by.kind === 'user' && requested_by.id === me?.id,
    departmentsOf: (approvals) => toDepartments(approvals, { groups, boards, member }),
    groupNames: new Map(groups.map(({ id, name }) => [id, name])),
  };
}
