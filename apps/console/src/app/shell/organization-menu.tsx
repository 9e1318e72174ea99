import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, Plus } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type FormEvent, useId, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { activateOrganization, createOrganization, organizationsQuery } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceItem, MenuContent, menuItemClass } from '#console/ui/control/choice-menu.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { Logo } from '#console/ui/state/logo.tsx';

/** The organization that one works in; switches to another, or makes one. */
export function OrganizationMenu({ isBare }: { isBare: boolean }) {
  const organizations = useQuery(organizationsQuery).data ?? [];
  const [isCreating, setCreating] = useState(false);
  const enter = useEnter();
  const active = organizations.find(({ is_active }) => is_active);
  const change = useMutation({
    mutationFn: activateOrganization,
    onSuccess: enter,
    onError: (error) => toast.failed(`Not switched: ${toFailure(error).message}`),
  });
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          aria-label={`Organization: ${active?.name ?? 'loading'}`}
          className="touch flex h-10 min-w-0 items-center gap-2.5 rounded px-2 text-left hover:bg-sunken data-[state=open]:bg-sunken"
        >
          <Logo />
          {!isBare && (
            <>
              <span className="min-w-0">
                <span className="block truncate leading-4 font-semibold tracking-[-0.01em]">Mission Control</span>
                <span className="block truncate text-xs leading-4 text-fg-3">{active?.name ?? '\u00a0'}</span>
              </span>
              <ChevronsUpDown aria-hidden size={13} className="ml-auto shrink-0 text-fg-3" />
            </>
          )}
        </DropdownMenu.Trigger>
        <MenuContent>
          <DropdownMenu.RadioGroup value={active?.id ?? ''} onValueChange={(id) => change.mutate(id)}>
            {organizations.map(({ id, name }) => (
              <ChoiceItem key={id} value={id}>
                <span className="max-w-60 truncate">{name}</span>
              </ChoiceItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={menuItemClass} onSelect={() => setCreating(true)}>
            <Plus aria-hidden size={14} className="text-fg-3" />
            New organization
          </DropdownMenu.Item>
        </MenuContent>
      </DropdownMenu.Root>
      {isCreating && <CreateDialog onClose={() => setCreating(false)} onCreated={enter} />}
    </>
  );
}

/** Nothing of one organization may be seen in another: everything cached is dropped. */
function useEnter() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await navigate({ to: '/dashboard' });
    await queryClient.resetQueries();
  };
}

function CreateDialog({ onClose, onCreated }: { onClose: () => void; onCreated: () => Promise<void> }) {
  const formId = useId();
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: createOrganization,
    onSuccess: async () => {
      onClose();
      await onCreated();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate(name.trim());
  };
  return (
    <Dialog
      title="New organization"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={create.isPending}>
            Create it
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <Field
          label="Name"
          hint="Boards, agents, members and keys belong to one organization; nothing is shared between two."
          error={create.error ? toFailure(create.error).message : undefined}
        >
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
      </form>
    </Dialog>
  );
}
