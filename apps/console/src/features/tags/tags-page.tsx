import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import type { Tag } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { tagsQuery } from '#console/api/queries/work/tags.ts';
import { findEdited } from '#console/lib/edit-search.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { TagDialog } from './tag-dialog.tsx';

const route = getRouteApi('/frame/tags');

/** Labels of tasks, shared by all boards. */
export function TagsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(tagsQuery);
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const tags = list.data?.items ?? [];
  const edited = isAdmin ? findEdited(tags, search) : undefined;
  const edit = (id: string | undefined) => void navigate({ search: id === undefined ? {} : { edit: id } });
  return (
    <>
      <PageHead
        title="Tags"
        actions={
          isAdmin && (
            <Button tone="primary" icon={Plus} onClick={() => edit('new')}>
              New tag
            </Button>
          )
        }
      />
      <div className="border-t">
        <ListStates
          state={toListState(list)}
          what="The tags could not be loaded"
          isEmpty={tags.length === 0}
          empty={
            <Empty title="No tag yet">
              <p>Tags sort tasks across boards: an agent that claims work can ask for one tag only.</p>
            </Empty>
          }
        >
          <TagsTable tags={tags} onEdit={isAdmin ? ({ id }) => edit(id) : undefined} />
        </ListStates>
      </div>
      {edited !== undefined && <TagDialog tag={edited} onClose={() => edit(undefined)} />}
    </>
  );
}

function TagsTable({ tags, onEdit }: { tags: readonly Tag[]; onEdit: ((tag: Tag) => void) | undefined }) {
  const name = (tag: Tag) => <TagName tag={tag} onEdit={onEdit} />;
  const columns: readonly Column<Tag>[] = [
    { id: 'name', header: 'Tag', track: 'minmax(140px, 1fr)', cell: name },
    { id: 'slug', header: 'Slug', track: 'minmax(100px, 1fr)', from: 640, cell: ({ slug }) => <code>{slug}</code> },
    {
      id: 'description',
      header: 'Description',
      track: 'minmax(140px, 2fr)',
      cell: ({ description }) => <ForeignText text={description ?? ''} />,
    },
    { id: 'count', header: 'Tasks', track: '72px', align: 'end', cell: ({ task_count }) => task_count },
  ];
  return <DataTable label="Tags" rows={tags} rowKey={idOf} columns={columns} card={name} />;
}

const idOf = ({ id }: Tag) => id;

function TagName({ tag, onEdit }: { tag: Tag; onEdit: ((tag: Tag) => void) | undefined }) {
  const text = (
    <>
      <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: `#${tag.color}` }} />
      <ForeignText text={tag.name} />
    </>
  );
  if (!onEdit) return <span className="flex items-center gap-2 font-medium">{text}</span>;
  return (
    <button
      type="button"
      data-row-link
      onClick={() => onEdit(tag)}
      className="touch flex items-center gap-2 font-medium hover:text-accent"
    >
      {text}
    </button>
  );
}
