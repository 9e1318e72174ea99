import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { BoardGroupSnapshot } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import {
  boardGroupQuery,
  groupMemoryQuery,
  groupSnapshotQuery,
  sendToGroup,
} from '#console/api/queries/work/board-groups.ts';
import { memoryKeys } from '#console/api/queries/work-keys.ts';
import { toWords } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { MentionInput } from '#console/ui/control/mention-input.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead, Panel, Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { GroupDialog } from './group-dialog.tsx';

const route = getRouteApi('/frame/board-groups/$groupId');

/** The boards of a group at a glance, and what is said in it. */
export function GroupPage() {
  const { groupId } = route.useParams();
  const group = useQuery(boardGroupQuery(groupId));
  const [isWithDone, setWithDone] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const snapshot = useQuery(groupSnapshotQuery(groupId, isWithDone));
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  if (group.isPending) return <SkeletonRows rows={8} />;
  if (!group.data)
    return (
      <Failed
        what="The group could not be loaded"
        failure={toFailure(group.error)}
        onRetry={() => void group.refetch()}
      />
    );
  return (
    <>
      <PageHead
        title={toVisibleText(group.data.name)}
        actions={isAdmin && <IconButton label="Edit the group" icon={Pencil} onClick={() => setEditing(true)} />}
      >
        {group.data.description && (
          <p className="max-w-2xl text-fg-2">
            <ForeignText text={group.data.description} />
          </p>
        )}
        <Check label="Done tasks too" isChecked={isWithDone} onChange={setWithDone} />
      </PageHead>
      <div className="grid gap-6 border-t px-4 py-4 sm:px-6 lg:grid-cols-[2fr_1fr]">
        <Boards boards={snapshot.data?.boards ?? []} />
        <GroupChat groupId={groupId} />
      </div>
      {isEditing && <GroupDialog group={group.data} onClose={() => setEditing(false)} />}
    </>
  );
}

function Boards({ boards }: { boards: BoardGroupSnapshot['boards'] }) {
  return (
    <Section title="Boards">
      {boards.length === 0 && <p className="text-fg-2">No board that you read belongs to it.</p>}
      <div className="grid gap-3">
        {boards.map(({ board, task_counts, tasks }) => (
          <Panel key={board.id}>
            <p className="flex flex-wrap items-center gap-x-4 border-b px-4 py-2">
              <Link
                to="/boards/$boardId"
                params={{ boardId: board.id }}
                search={{}}
                className="font-medium hover:text-accent"
              >
                <ForeignText text={board.name} />
              </Link>
              {Object.entries(task_counts).map(([status, count]) => (
                <span key={status} className="num text-sm text-fg-2">
                  {toWords(status)} {count}
                </span>
              ))}
            </p>
            <ul>
              {tasks.map((task) => (
                <li key={task.id} className="flex items-center gap-3 px-4 py-1">
                  <Link
                    to="/boards/$boardId"
                    params={{ boardId: board.id }}
                    search={{ taskId: task.id }}
                    className="min-w-0 flex-1 truncate hover:text-accent"
                  >
                    <ForeignText text={task.title} />
                  </Link>
                  <span className="text-sm text-fg-3">{toWords(task.status)}</span>
                </li>
              ))}
            </ul>
          </Panel>
        ))}
      </div>
    </Section>
  );
}

function GroupChat({ groupId }: { groupId: string }) {
  const queryClient = useQueryClient();
  const messages = useItems(useInfiniteQuery(groupMemoryQuery(groupId)).data).toReversed();
  const [isBroadcast, setBroadcast] = useState(false);
  const [round, setRound] = useState(0);
  const send = useMutation({
    mutationFn: (text: string) => sendToGroup(groupId, text, isBroadcast),
    onSuccess: async () => {
      setRound(round + 1); // a new, empty field
      await queryClient.invalidateQueries({ queryKey: memoryKeys.group(groupId) });
    },
    onError: (error) => toast.failed(`Not sent: ${toFailure(error).message}`),
  });
  return (
    <Section title="Chat and notes">
      <ol className="mb-3 grid gap-3">
        {messages.map((message) => (
          <li key={message.id} className="grid gap-0.5">
            <p className="flex items-center gap-2 text-sm text-fg-3">
              <span className="font-medium text-fg-2">
                <ForeignText text={message.source ?? 'Somebody'} />
              </span>
              <Ago at={message.created_at} />
            </p>
            <Markdown text={message.content} />
          </li>
        ))}
      </ol>
      <MentionInput key={round} label="Message" names={['lead', 'all']} isBusy={send.isPending} onSend={send.mutate} />
      <Check
        label="To every agent"
        hint="Otherwise leads hear it, and whom you mention."
        isChecked={isBroadcast}
        onChange={setBroadcast}
      />
    </Section>
  );
}
