import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Agent, BoardSnapshot, Comment, TaskCard } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { meQuery } from '#console/api/queries/session.ts';
import { commentsQuery, createComment, deleteComment, updateComment } from '#console/api/queries/work/comments.ts';
import { taskKeys } from '#console/api/queries/work-keys.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { MentionInput } from '#console/ui/control/mention-input.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

interface CommentsProps {
  task: TaskCard;
  snapshot: BoardSnapshot;
  commentId: string | undefined;
}

/** What people and agents said about a task, oldest first, and the field to say more. */
export function Comments({ task, snapshot, commentId }: CommentsProps) {
  const place = { boardId: task.board_id, taskId: task.id };
  const list = useInfiniteQuery(commentsQuery(place));
  const comments = useItems(list.data);
  const me = useQuery(meQuery).data;
  return (
    <Section title="Comments">
      {list.isPending && <SkeletonRows rows={2} />}
      {list.isError && !list.data && (
        <Failed what="The comments could not be loaded" failure={toFailure(list.error)} isCompact />
      )}
      <ol className="grid gap-2">
        {comments.map((comment) => (
          <CommentItem
            key={comment.id}
            comment={comment}
            author={authorOf(comment, snapshot.agents)}
            boardId={task.board_id}
            isOwn={comment.user_id !== null && comment.user_id === me?.id}
            isMarked={comment.id === commentId}
          />
        ))}
      </ol>
      {list.hasNextPage && (
        <Button tone="ghost" onClick={() => void list.fetchNextPage()}>
          Later comments
        </Button>
      )}
      <NewComment task={task} agents={snapshot.agents} />
    </Section>
  );
}

const authorOf = ({ agent_id, user_name }: Comment, agents: readonly Agent[]): string =>
  user_name ?? agents.find(({ id }) => id === agent_id)?.name ?? 'Somebody who left';

interface CommentItemProps {
  comment: Comment;
  author: string;
  boardId: string;
  isOwn: boolean;
  /** The one that the address names: scrolled to and tinted. */
  isMarked: boolean;
}

function CommentItem({ comment, author, boardId, isOwn, isMarked }: CommentItemProps) {
  const ref = useRef<HTMLLIElement>(null);
  const [isEditing, setEditing] = useState(false);
  const place = { boardId, taskId: comment.task_id };
  const refresh = useRefresh(comment.task_id);
  const remove = useMutation({
    mutationFn: () => deleteComment(place, comment.id),
    onSuccess: refresh,
    onError: (error) => toast.failed(`Not deleted: ${toFailure(error).message}`),
  });
  const save = useMutation({
    mutationFn: (message: string) => updateComment(place, comment.id, message),
    onSuccess: async () => {
      setEditing(false);
      await refresh();
    },
    onError: (error) => toast.failed(`Not saved: ${toFailure(error).message}`),
  });
  useEffect(() => {
    if (isMarked) ref.current?.scrollIntoView({ block: 'center' });
  }, [isMarked]);
  return (
    <li ref={ref} className={cx('grid gap-1 rounded border px-3 py-2', isMarked && 'border-accent bg-accent-soft')}>
      <p className="flex items-center gap-2 text-sm text-fg-3">
        <span className="font-medium text-fg-2">
          <ForeignText text={author} />
        </span>
        <Ago at={comment.created_at} />
        {comment.edited_at !== null && <span>edited</span>}
        {isOwn && !isEditing && (
          <span className="ml-auto flex gap-1">
            <Button tone="ghost" isSmall onClick={() => setEditing(true)}>
              Edit
            </Button>
            <Button tone="ghost" isSmall isBusy={remove.isPending} onClick={() => remove.mutate()}>
              Delete
            </Button>
          </span>
        )}
      </p>
      {isEditing ? (
        <MentionInput
          label="Edit the comment"
          names={[]}
          initial={comment.message ?? ''}
          isBusy={save.isPending}
          onSend={save.mutate}
        />
      ) : (
        <Markdown text={comment.message ?? ''} />
      )}
    </li>
  );
}

function NewComment({ task, agents }: { task: TaskCard; agents: readonly Agent[] }) {
  const refresh = useRefresh(task.id);
  const [round, setRound] = useState(0);
  const send = useMutation({
    mutationFn: (message: string) => createComment({ boardId: task.board_id, taskId: task.id }, message),
    onSuccess: async () => {
      setRound(round + 1); // a new, empty field
      await refresh();
    },
    onError: (error) => toast.failed(`Not sent: ${toFailure(error).message}`),
  });
  return (
    <div className="mt-2">
      <MentionInput
        key={round}
        label="Comment"
        names={['lead', ...agents.map(({ name }) => name)]}
        isBusy={send.isPending}
        onSend={send.mutate}
      />
    </div>
  );
}

function useRefresh(taskId: string) {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: taskKeys.comments(taskId) });
}
