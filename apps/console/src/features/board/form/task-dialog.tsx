import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { BoardSnapshot, TaskCard } from '#console/api/contract.ts';
import { hasStatus, toFailure } from '#console/api/problem.ts';
import { tagsQuery } from '#console/api/queries/work/tags.ts';
import { createTask, updateTask } from '#console/api/queries/work/tasks.ts';
import { boardKeys, taskKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { TaskFields } from './task-fields.tsx';
import { emptyTask, toBody, toChanges, toValues } from './task-values.ts';

interface TaskDialogProps {
  snapshot: BoardSnapshot;
  /** The task to change; a new one when left out. */
  task?: TaskCard | undefined;
  onClose: () => void;
}

/** Makes a task, or changes all of one's fields. */
export function TaskDialog({ snapshot, task, onClose }: TaskDialogProps) {
  const formId = useId();
  const [values, setValues] = useState(task ? toValues(task) : emptyTask);
  const [titleError, setTitleError] = useState<string>();
  const tags = useQuery(tagsQuery).data?.items ?? [];
  const save = useSave(snapshot.board.id, task, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = values.title.trim() === '';
    setTitleError(isMissing ? 'Say in a few words what is to be done.' : undefined);
    if (!isMissing) save.mutate(values);
  };
  return (
    <Dialog
      title={task ? 'Edit the task' : 'New task'}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={save.isPending}>
            {task ? 'Save' : 'Create the task'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <TaskFields
          values={values}
          onChange={(change) => setValues({ ...values, ...change })}
          choices={{ agents: snapshot.agents, tags, tasks: snapshot.tasks.filter(({ id }) => id !== task?.id) }}
          titleError={titleError}
          isDone={task?.status === 'done'}
        />
        {save.error && (
          <p role="alert" className="text-bad">
            {hasStatus(save.error, 409) && task
              ? `${toFailure(save.error).message} Close this and open it again to see the other change.`
              : toFailure(save.error).message}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function useSave(boardId: string, task: TaskCard | undefined, onSaved: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (values: Parameters<typeof toBody>[0]) =>
      task ? updateTask(boardId, task.id, toChanges(task, values)) : createTask(boardId, toBody(values)),
    onSuccess: async (saved) => {
      queryClient.setQueryData(taskKeys.detail(saved.id), saved);
      await queryClient.invalidateQueries({ queryKey: boardKeys.snapshot(boardId) });
      toast.done(task ? 'Saved.' : 'The task is on the board.');
      onSaved();
    },
  });
}
