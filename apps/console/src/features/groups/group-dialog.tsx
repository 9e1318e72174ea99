import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Board, BoardGroup } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteBoardGroup } from '#console/api/queries/work/board-groups.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { boardKeys, groupKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Picks } from '#console/ui/entry/picks.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { toMoves } from './moves.ts';
import { saveGroup } from './save-group.ts';

interface GroupDialogProps {
  group: BoardGroup | null;
  onClose: () => void;
}

/** Makes a group, changes it, or deletes it; its boards stay. */
export function GroupDialog(props: GroupDialogProps) {
  const boards = useQuery(boardsQuery);
  if (boards.isPending) return null;
  return <GroupForm {...props} boards={boards.data?.items ?? []} />;
}

function GroupForm({ group, boards, onClose }: GroupDialogProps & { boards: readonly Board[] }) {
  const [name, setName] = useState(group?.name ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const [chosen, setChosen] = useState(() =>
    boards.filter(({ board_group_id }) => group !== null && board_group_id === group.id).map(({ id }) => id),
  );
  const [saved, setSaved] = useState(group);
  const refresh = useRefresh();
  const save = useMutation({
    mutationFn: () => {
      const input = { name: name.trim(), description: description.trim() || null };
      return saveGroup(saved, input, (id) => toMoves(boards, id, chosen));
    },
    onSuccess: (result) => {
      setSaved(result.group);
      void refresh();
      if (result.failures.length === 0) onClose();
    },
  });
  return (
    <FormDialog
      title={group ? 'Edit the group' : 'New group'}
      isBusy={save.isPending}
      error={save.error ? toFailure(save.error).message : undefined}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      aside={group && <DeleteButton group={group} />}
    >
      <Field label="Name">
        {(ids) => (
          <TextInput
            {...ids}
            data-autofocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Description">
        {(ids) => <TextArea {...ids} value={description} onChange={(event) => setDescription(event.target.value)} />}
      </Field>
      <Picks legend="Boards" picks={boards} chosen={chosen} onChange={setChosen} />
      <p className="text-sm text-fg-3">A board is in one group: choosing it takes it out of another.</p>
      {save.data && save.data.failures.length > 0 && <Failures failures={save.data.failures} />}
    </FormDialog>
  );
}

function Failures({ failures }: { failures: readonly string[] }) {
  return (
    <div role="alert" className="text-bad">
      <p>The group is saved. These boards stayed where they were:</p>
      <ul className="list-disc pl-5">
        {failures.map((failure) => (
          <li key={failure}>
            <ForeignText text={failure} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function DeleteButton({ group }: { group: BoardGroup }) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const remove = useMutation({
    mutationFn: () => deleteBoardGroup(group.id),
    onSuccess: async () => {
      await navigate({ to: '/board-groups', search: {} });
      await refresh();
    },
  });
  return (
    <span className="grid gap-1">
      <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
        Delete, its boards stay
      </Button>
      {remove.error && (
        <span role="alert" className="text-sm text-bad">
          {toFailure(remove.error).message}
        </span>
      )}
    </span>
  );
}

function useRefresh() {
  const queryClient = useQueryClient();
  return async () => {
    void queryClient.invalidateQueries({ queryKey: boardKeys.all });
    await queryClient.invalidateQueries({ queryKey: groupKeys.all });
  };
}
