import { useMutation, useQuery } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toCard } from '#console/api/board-snapshot.ts';
import type { BoardSnapshot, TaskCard } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteTask, taskQuery } from '#console/api/queries/work/tasks.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { TaskDialog } from '../form/task-dialog.tsx';
import { TaskDetail } from './task-detail.tsx';

interface TaskDrawerProps {
  snapshot: BoardSnapshot;
  taskId: string;
  commentId: string | undefined;
  onClose: () => void;
}

/** One task with everything about it. */
export function TaskDrawer({ snapshot, taskId, commentId, onClose }: TaskDrawerProps) {
  const boardId = snapshot.board.id;
  const card = snapshot.tasks.find(({ id }) => id === taskId);
  const query = useQuery(taskQuery(boardId, taskId));
  const task = query.data ? toCard(query.data, snapshot.agents, card) : card;
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const close = () => setOpen(undefined);
  const actions = task && (
    <>
      <IconButton label="Edit" icon={Pencil} onClick={() => setOpen('edit')} />
      <IconButton label="Delete" icon={Trash2} onClick={() => setOpen('delete')} />
    </>
  );
  return (
    <Drawer title={task ? toVisibleText(task.title) : 'Task'} actions={actions} onClose={onClose}>
      {task ? <TaskDetail task={task} snapshot={snapshot} commentId={commentId} /> : null}
      {!task && query.isPending && <SkeletonRows rows={6} />}
      {!task && query.error && (
        <Failed
          what="The task could not be loaded"
          failure={toFailure(query.error)}
          onRetry={() => void query.refetch()}
          isCompact
        />
      )}
      {open === 'edit' && task && <TaskDialog snapshot={snapshot} task={task} onClose={close} />}
      {open === 'delete' && task && <DeleteDialog task={task} onClose={close} onDeleted={onClose} />}
    </Drawer>
  );
}

interface DeleteDialogProps {
  task: TaskCard;
  onClose: () => void;
  onDeleted: () => void;
}

function DeleteDialog({ task, onClose, onDeleted }: DeleteDialogProps) {
  const remove = useMutation({
    mutationFn: () => deleteTask(task.board_id, task.id),
    onSuccess: onDeleted, // the stream takes the card from the board
  });
  return (
    <ConfirmDialog
      title="Delete the task"
      action="Delete it"
      isBusy={remove.isPending}
      error={remove.error ? toFailure(remove.error).message : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        “{toVisibleText(task.title)}” goes with its {task.comments_count} comments and its history. Tasks that wait for
        it go on. The audit trail keeps that it was deleted.
      </p>
    </ConfirmDialog>
  );
}
