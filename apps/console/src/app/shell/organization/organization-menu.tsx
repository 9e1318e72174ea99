import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, Plus } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { lazy, Suspense, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { activateOrganization, organizationsQuery } from '#console/api/queries/session.ts';
import { ChoiceItem, MenuContent, menuItemClass } from '#console/ui/control/choice-menu.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { Logo } from '#console/ui/state/logo.tsx';

const CreateOrganization = lazy(async () => ({
  default: (await import('./create-organization.tsx')).CreateOrganization,
}));

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
      <Suspense>{isCreating && <CreateOrganization onClose={() => setCreating(false)} onCreated={enter} />}</Suspense>
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
