import type { Member } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

interface MembersTableProps {
  members: readonly Member[];
  ownId: string | undefined;
  /** Absent: the reader may not change anybody. */
  onEdit: ((member: Member) => void) | undefined;
}

/** The people of the organization. */
export function MembersTable({ members, ownId, onEdit }: MembersTableProps) {
  const name = (member: Member) => <MemberName member={member} isSelf={member.id === ownId} onEdit={onEdit} />;
  const columns: readonly Column<Member>[] = [
    { id: 'name', header: 'Name', track: 'minmax(160px, 1.2fr)', cell: name },
    {
      id: 'email',
      header: 'E-mail',
      track: 'minmax(160px, 1.2fr)',
      cell: ({ user }) => <span className="text-fg-2">{user?.email ?? NONE}</span>,
    },
    { id: 'role', header: 'Role', track: '88px', cell: ({ role }) => role },
    {
      id: 'access',
      header: 'Boards',
      track: '132px',
      from: 640,
      cell: (member) => <span className="text-fg-2">{accessWords(member)}</span>,
    },
    {
      id: 'since',
      header: 'Since',
      track: '84px',
      align: 'end',
      from: 720,
      cell: ({ created_at }) => <Ago at={created_at} className="text-fg-2" />,
    },
  ];
  return (
    <DataTable
      label="Members"
      rows={members}
      rowKey={idOf}
      columns={columns}
      card={(member) => (
        <div className="grid grid-cols-1 gap-1">
          {name(member)}
          <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
            <span>{member.user?.email ?? NONE}</span>
            <span>{member.role}</span>
            <span>{accessWords(member)}</span>
          </p>
        </div>
      )}
    />
  );
}

const idOf = ({ id }: Member) => id;

function accessWords({ all_boards_read, all_boards_write }: Member): string {
  if (all_boards_write) return 'changes all';
  return all_boards_read ? 'reads all' : 'some';
}

interface MemberNameProps {
  member: Member;
  isSelf: boolean;
  onEdit: ((member: Member) => void) | undefined;
}

function MemberName({ member, isSelf, onEdit }: MemberNameProps) {
  const name = member.user?.preferred_name ?? member.user?.name ?? member.user?.email ?? 'Without a name';
  return (
    <span className="flex min-w-0 items-center gap-2">
      {onEdit ? (
        <button
          type="button"
          data-row-link
          onClick={() => onEdit(member)}
          className="touch truncate text-left font-medium hover:text-accent"
        >
          <ForeignText text={name} />
        </button>
      ) : (
        <span className="truncate font-medium">
          <ForeignText text={name} />
        </span>
      )}
      {isSelf && <Badge>you</Badge>}
    </span>
  );
}
