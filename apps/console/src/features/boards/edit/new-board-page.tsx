import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { createBoard } from '#console/api/queries/work/boards.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';

/** Makes a board. Gateways come with a later version: until then its agents are those of the SDK. */
export function NewBoardPage() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const groups = useQuery(boardGroupsQuery).data?.items ?? [];
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [groupId, setGroupId] = useState('');
  const [complaint, setComplaint] = useState<{ name?: string; description?: string }>({});
  const create = useMutation({
    mutationFn: createBoard,
    onSuccess: async (board) => {
      await queryClient.invalidateQueries({ queryKey: boardKeys.all });
      await navigate({ to: '/boards/$boardId', params: { boardId: board.id }, search: {} });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const missing = {
      ...(name.trim() === '' && { name: 'Give the board a name.' }),
      ...(description.trim() === '' && { description: 'Say in a sentence what the board is for: its agents read it.' }),
    };
    setComplaint(missing);
    if (Object.keys(missing).length > 0) return;
    create.mutate({
      name: name.trim(),
      slug: '',
      description: description.trim(),
      board_type: 'general',
      board_group_id: groupId || null,
      without_gateway: true,
    });
  };
  return (
    <>
      <PageHead title="New board" />
      <form onSubmit={submit} noValidate className="grid max-w-xl gap-4 border-t px-4 py-5 sm:px-6">
        <Field label="Name" error={complaint.name}>
          {(ids) => (
            <TextInput
              {...ids}
              autoFocus
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Description" hint="What the work is about." error={complaint.description}>
          {(ids) => <TextArea {...ids} value={description} onChange={(event) => setDescription(event.target.value)} />}
        </Field>
        <Field label="Group" hint="Boards of one group see each other's work and share a chat.">
          {(ids) => (
            <Select {...ids} value={groupId} onChange={(event) => setGroupId(event.target.value)}>
              <option value="">None</option>
              {groups.map((group) => (
                <option key={group.id} value={group.id}>
                  {group.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {create.error && (
          <p role="alert" className="text-bad">
            {toFailure(create.error).message}
          </p>
        )}
        <div>
          <Button type="submit" tone="primary" isBusy={create.isPending}>
            Create the board
          </Button>
        </div>
      </form>
    </>
  );
}
