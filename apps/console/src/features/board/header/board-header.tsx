import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Bot, CheckCheck, MessagesSquare, Pause, Play, Plus, Rss, Settings } from 'lucide-react';
import { useState } from 'react';
import type { BoardSnapshot } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { setBoardPaused } from '#console/api/queries/work/boards.ts';
import { tagsQuery } from '#console/api/queries/work/tags.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button, IconButton } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { type BoardSearch, NOBODY, type TASK_SORTS } from '../board-search.ts';

const route = getRouteApi('/frame/boards/$boardId');

const views = [
  { value: 'board', label: 'Board' },
  { value: 'list', label: 'List' },
] as const;
const priorities = ['high', 'medium', 'low'].map((value) => ({ value, label: value }));
const reviews = [
  { value: 'approval', label: 'Approval waits' },
  { value: 'lead', label: 'Lead looks' },
  { value: 'blocked', label: 'Blocked' },
] as const;
const sorts = [
  { value: '-updated_at', label: 'last changed' },
  { value: '-created_at', label: 'newest' },
  { value: 'due_at', label: 'due first' },
  { value: 'priority', label: 'priority' },
  { value: 'title', label: 'title' },
] as const satisfies readonly { value: (typeof TASK_SORTS)[number]; label: string }[];

interface BoardHeaderProps {
  snapshot: BoardSnapshot;
  onNewTask: () => void;
}

/** The board's name, what one may do with it, and what is shown of it. */
export function BoardHeader({ snapshot, onNewTask }: BoardHeaderProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: BoardSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [typed, setTyped] = useTyped(search.q ?? '', (q) => set({ q: q || undefined }));
  const tags = useQuery(tagsQuery).data?.items ?? [];
  const { board, agents, pending_approvals_count: waiting } = snapshot;
  return (
    <PageHead
      title={<ForeignText text={board.name} />}
      aside={board.paused_at !== null && <Badge tone="warn">agents paused</Badge>}
      actions={
        <>
          <LinkButton to="/boards/$boardId/approvals" params={{ boardId: board.id }} search={{}} icon={CheckCheck}>
            {waiting > 0 ? `${waiting} waiting` : 'Approvals'}
          </LinkButton>
          <IconButton label="Chat" icon={MessagesSquare} onClick={() => set({ panel: 'chat', taskId: undefined })} />
          <IconButton label="Feed" icon={Rss} onClick={() => set({ panel: 'feed', taskId: undefined })} />
          <IconButton label="Agents" icon={Bot} onClick={() => set({ panel: 'agents', taskId: undefined })} />
          <PauseButton snapshot={snapshot} />
          <IconButton
            label="Settings of the board"
            icon={Settings}
            onClick={() => void navigate({ to: '/boards/$boardId/edit', params: { boardId: board.id } })}
          />
          <Button tone="primary" icon={Plus} onClick={onNewTask} title="n">
            New task
          </Button>
        </>
      }
    >
      <FilterBar>
        <Segmented label="View" choices={views} value={search.view ?? 'board'} onChange={(view) => set({ view })} />
        <SearchInput label="Title or text" value={typed} onChange={setTyped} className="w-44 shrink-0" />
        <ChoiceMenu
          label="Assignee"
          choices={[
            { value: NOBODY, label: 'Nobody' },
            ...agents.map(({ id, name }) => ({ value: id, label: toVisibleText(name) })),
          ]}
          value={search.assignee}
          onChange={(assignee) => set({ assignee })}
        />
        <ChoiceMenu
          label="Priority"
          choices={priorities}
          value={search.priority}
          onChange={(priority) => set({ priority })}
        />
        <ChoiceMenu
          label="Tag"
          choices={tags.map(({ id, name }) => ({ value: id, label: name }))}
          value={search.tag}
          onChange={(tag) => set({ tag })}
        />
        <ChoiceMenu label="Review" choices={reviews} value={search.review} onChange={(review) => set({ review })} />
        {search.view === 'list' && (
          <ChoiceMenu label="Sort" choices={sorts} value={search.sort} onChange={(sort) => set({ sort })} />
        )}
      </FilterBar>
    </PageHead>
  );
}

function PauseButton({ snapshot: { board, agents } }: { snapshot: BoardSnapshot }) {
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const isPaused = board.paused_at !== null;
  const change = useMutation({
    mutationFn: () => setBoardPaused(board.id, !isPaused),
    onSuccess: async () => {
      setAsking(false);
      await queryClient.invalidateQueries({ queryKey: boardKeys.snapshot(board.id) });
    },
    onError: (error) => toast.failed(`Not changed: ${toFailure(error).message}`),
  });
  return (
    <>
      <IconButton
        label={isPaused ? 'Let the agents go on' : 'Pause the agents'}
        icon={isPaused ? Play : Pause}
        onClick={() => setAsking(true)}
      />
      {isAsking && (
        <ConfirmDialog
          title={isPaused ? 'Let the agents go on' : 'Pause the agents'}
          action={isPaused ? 'Resume' : 'Pause'}
          isBusy={change.isPending}
          onConfirm={() => change.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            {isPaused
              ? 'They are told what was held back meanwhile, in order, and may change tasks again.'
              : `The ${agents.length} agents of this board are woken by nothing and may not change the status of a task until you let them go on. People can do everything.`}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
