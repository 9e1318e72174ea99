import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import type { BoardGroup } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { findEdited } from '#console/lib/edit-search.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { GroupDialog } from './group-dialog.tsx';

const route = getRouteApi('/frame/board-groups');

/** Boards that work together; also the departments of joint approvals. */
export function GroupsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(boardGroupsQuery);
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const groups = list.data?.items ?? [];
  const edited = isAdmin ? findEdited(groups, search) : undefined;
  const edit = (id: string | undefined) => void navigate({ search: id === undefined ? {} : { edit: id } });
  return (
    <>
      <PageHead
        title="Groups"
        actions={
          isAdmin && (
            <Button tone="primary" icon={Plus} onClick={() => edit('new')}>
              New group
            </Button>
          )
        }
      />
      <div className="border-t">
        <ListStates
          state={toListState(list)}
          what="The groups could not be loaded"
          isEmpty={groups.length === 0}
          empty={
            <Empty title="No group yet">
              <p>
                Boards of one group see each other's work and share a chat. A group is also a department: a joint
                approval can ask for one voice of each.
              </p>
            </Empty>
          }
        >
          <DataTable
            label="Groups"
            rows={groups}
            rowKey={idOf}
            columns={columns}
            card={(group) => <GroupLink group={group} />}
          />
        </ListStates>
      </div>
      {edited !== undefined && <GroupDialog group={edited} onClose={() => edit(undefined)} />}
    </>
  );
}

const idOf = ({ id }: BoardGroup) => id;

const columns: readonly Column<BoardGroup>[] = [
  { id: 'name', header: 'Group', track: 'minmax(140px, 1fr)', cell: (group) => <GroupLink group={group} /> },
  {
    id: 'description',
    header: 'Description',
    track: 'minmax(140px, 2fr)',
    cell: ({ description }) => (
      <span className="text-fg-2">
        <ForeignText text={description ?? ''} />
      </span>
    ),
  },
  {
    id: 'updated',
    header: 'Changed',
    track: '84px',
    align: 'end',
    cell: ({ updated_at }) => <Ago at={updated_at} className="text-fg-2" />,
  },
];

function GroupLink({ group }: { group: BoardGroup }) {
  return (
    <Link
      data-row-link
      to="/board-groups/$groupId"
      params={{ groupId: group.id }}
      className="truncate font-medium hover:text-accent"
    >
      <ForeignText text={group.name} />
    </Link>
  );
}
