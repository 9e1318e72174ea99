import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Gateway } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { createBoard } from '#console/api/queries/work/boards.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';

/** Makes a board; on a gateway its main agent then asks what it is for. */
export function NewBoardPage() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const groups = useQuery(boardGroupsQuery).data?.items ?? [];
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [groupId, setGroupId] = useState('');
  const gateways = useGateways();
  const [chosenGateway, setGateway] = useState<string>();
  const gatewayId = chosenGateway ?? gateways[0]?.id ?? '';
  const [complaint, setComplaint] = useState<{ name?: string; description?: string }>({});
  const create = useMutation({
    mutationFn: createBoard,
    onSuccess: async (board) => {
      await queryClient.invalidateQueries({ queryKey: boardKeys.all });
      const params = { boardId: board.id };
      if (board.gateway_id === null) await navigate({ to: '/boards/$boardId', params, search: {} });
      else await navigate({ to: '/boards/$boardId/edit', params, search: { onboarding: 1 } });
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
      board_type: gatewayId === '' ? 'general' : 'goal',
      board_group_id: groupId || null,
      gateway_id: gatewayId || null,
      without_gateway: gatewayId === '',
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
        <GatewayField gateways={gateways} gatewayId={gatewayId} onChange={setGateway} />
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

/** Members may not read gateways; they make boards without. */
function useGateways(): readonly Gateway[] {
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  return useQuery({ ...gatewaysQuery, enabled: isAdmin }).data?.items ?? [];
}

interface GatewayFieldProps {
  gateways: readonly Gateway[];
  gatewayId: string;
  onChange: (gatewayId: string) => void;
}

function GatewayField({ gateways, gatewayId, onChange }: GatewayFieldProps) {
  return (
    <div className="grid gap-1.5">
      <Field
        label="Gateway"
        hint={
          gatewayId === ''
            ? 'Without one, only agents of the SDK work on it.'
            : 'Its main agent asks you what the board is for, and a lead is made.'
        }
      >
        {(ids) => (
          <Select {...ids} value={gatewayId} onChange={(event) => onChange(event.target.value)}>
            {gateways.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            <option value="">None</option>
          </Select>
        )}
      </Field>
      {gateways.length === 0 && (
        <p>
          <LinkButton to="/gateways/new">Connect a gateway</LinkButton>
        </p>
      )}
    </div>
  );
}
