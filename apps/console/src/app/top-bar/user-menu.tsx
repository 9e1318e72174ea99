import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut, Settings } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { toFailure } from '#console/api/problem.ts';
import { deleteSession, meQuery, organizationQuery } from '#console/api/queries/session.ts';
import { chooseTheme, type ThemeChoice, useThemeChoice } from '#console/lib/browser/theme.ts';
import { ChoiceItem, MenuContent, menuItemClass } from '#console/ui/control/choice-menu.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

const separator = <DropdownMenu.Separator className="my-1 h-px bg-line" />;
const labelClass = 'px-2 pt-1 pb-0.5 text-xs text-fg-3';

/** Who is signed in, the theme, the keys and the way out. */
export function UserMenu({ onShowKeys }: { onShowKeys: () => void }) {
  const me = useQuery(meQuery);
  const organization = useQuery(organizationQuery);
  const theme = useThemeChoice();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const name = me.data?.preferred_name ?? me.data?.name ?? me.data?.email ?? 'You';
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={`Account of ${name}`}
        className="touch flex size-8 shrink-0 items-center justify-center rounded-full hover:bg-sunken data-[state=open]:bg-sunken"
      >
        <span
          aria-hidden
          className="flex size-6 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
        >
          {name.charAt(0).toUpperCase()}
        </span>
      </DropdownMenu.Trigger>
      <MenuContent align="end">
        <div className="max-w-60 px-2 py-1.5">
          <p className="truncate font-medium">{name}</p>
          <p className="truncate text-sm text-fg-3">{me.data?.email ?? '\u00a0'}</p>
          <p className="truncate text-sm text-fg-3">{organization.data?.name}</p>
        </div>
        {separator}
        <DropdownMenu.Label className={labelClass}>Theme</DropdownMenu.Label>
        <DropdownMenu.RadioGroup value={theme} onValueChange={(choice) => chooseTheme(choice as ThemeChoice)}>
          <ChoiceItem value="system">Follow the system</ChoiceItem>
          <ChoiceItem value="light">Light</ChoiceItem>
          <ChoiceItem value="dark">Dark</ChoiceItem>
        </DropdownMenu.RadioGroup>
        {separator}
        <DropdownMenu.Item className={menuItemClass} onSelect={() => void navigate({ to: '/settings' })}>
          <Settings aria-hidden size={14} className="text-fg-3" />
          Your settings
        </DropdownMenu.Item>
        <DropdownMenu.Item className={menuItemClass} onSelect={onShowKeys}>
          <Keyboard aria-hidden size={14} className="text-fg-3" />
          Keyboard
          <span className="ml-auto pl-6 text-fg-3">?</span>
        </DropdownMenu.Item>
        <DropdownMenu.Item className={menuItemClass} onSelect={() => signOut.mutate()}>
          <LogOut aria-hidden size={14} className="text-fg-3" />
          Sign out
        </DropdownMenu.Item>
      </MenuContent>
    </DropdownMenu.Root>
  );
}

function useSignOut() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: deleteSession,
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: {} });
      queryClient.clear();
    },
    onError: (error) => toast.failed(`Not signed out: ${toFailure(error).message}`),
  });
}
