import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { BoardSnapshot, TaskCard } from '#console/api/contract.ts';
import { customFieldsQuery } from '#console/api/queries/work/custom-fields.ts';
import { tagsQuery } from '#console/api/queries/work/tags.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { Button } from '#console/ui/control/button.tsx';
import { SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { type FieldFaults, findFaults, listFields } from './field-codec.ts';
import { SaveError } from './save-error.tsx';
import { TaskConflict } from './task-conflict.tsx';
import { type TaskChoices, TaskFields } from './task-fields.tsx';
import { rebaseValues, type TaskValues, toValues } from './task-values.ts';
import { useSaveTask } from './use-save-task.ts';

interface TaskDialogProps {
  snapshot: BoardSnapshot;
  /** The task to change, as the server has it now; a new one when left out. */
  task?: TaskCard | undefined;
  onClose: () => void;
}

/** Makes a task, or changes all of one's fields. */
export function TaskDialog({ snapshot, task, onClose }: TaskDialogProps) {
  const tags = useQuery(tagsQuery).data?.items ?? [];
  const definitions = useQuery(customFieldsQuery);
  const title = task ? 'Edit the task' : 'New task';
  // The form starts from the board's own fields: it waits for them, but not for ever.
  if (definitions.isPending)
    return (
      <Dialog title={title} width="wide" onClose={onClose}>
        <SkeletonRows rows={8} />
      </Dialog>
    );
  const choices: TaskChoices = {
    agents: snapshot.agents,
    tags,
    tasks: snapshot.tasks.filter(({ id, status }) => id !== task?.id && (status !== 'done' || isNamed(task, id))),
    fields: listFields(definitions.data ?? [], snapshot.board.id),
  };
  return <TaskForm title={title} boardId={snapshot.board.id} task={task} choices={choices} onClose={onClose} />;
}

const isNamed = (task: TaskCard | undefined, id: string): boolean => task?.depends_on_task_ids.includes(id) ?? false;

interface TaskFormProps {
  title: string;
  boardId: string;
  task: TaskCard | undefined;
  choices: TaskChoices;
  onClose: () => void;
}

function TaskForm({ title, boardId, task, choices, onClose }: TaskFormProps) {
  const formId = useId();
  const { fields } = choices;
  const [base, setBase] = useState(task);
  const [values, setValues] = useState(() => toValues(task, fields));
  const [faults, setFaults] = useState<FieldFaults>({});
  const [titleError, setTitleError] = useState<string>();
  const save = useSaveTask(boardId, fields, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = values.title.trim() === '';
    const found = findFaults(fields, values.fields);
    setTitleError(isMissing ? 'Say in a few words what is to be done.' : undefined);
    setFaults(found);
    if (!isMissing && Object.keys(found).length === 0) save.mutate({ base, values });
  };
  /** Goes on from what the other person saved. */
  const goOn = (next: TaskValues) => {
    setBase(task);
    setValues(next);
    save.reset();
  };
  const isConflict = isVersionConflict(save.error);
  const theirs = toValues(task, fields);
  const merged = rebaseValues(toValues(base, fields), theirs, values);
  return (
    <Dialog
      title={title}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" disabled={isConflict} isBusy={save.isPending}>
            {task ? 'Save' : 'Create the task'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        {isConflict && (
          <TaskConflict
            theirs={theirs}
            mine={merged}
            choices={choices}
            isBusy={save.isPending}
            onKeepMine={() => {
              goOn(merged);
              save.mutate({ base: task, values: merged });
            }}
            onTakeTheirs={() => goOn(theirs)}
          />
        )}
        <TaskFields
          values={values}
          onChange={(change) => setValues({ ...values, ...change })}
          choices={choices}
          titleError={titleError}
          faults={faults}
          isDone={base?.status === 'done'}
        />
        {save.error && !isConflict && <SaveError error={save.error} boardId={boardId} tasks={choices.tasks} />}
      </form>
    </Dialog>
  );
}
