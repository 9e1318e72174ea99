import { Check, ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '../class-names.ts';

export interface Choice<T extends string> {
  value: T;
  label: string;
  mark?: ReactNode;
}

interface ChoiceMenuProps<T extends string> {
  label: string;
  choices: readonly Choice<T>[];
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

/** A filter with one chosen value or none, shown as a chip that opens a menu. */
export function ChoiceMenu<T extends string>({ label, choices, value, onChange }: ChoiceMenuProps<T>) {
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className={cx(
          'touch inline-flex h-7 shrink-0 items-center gap-1.5 rounded border px-2.5 whitespace-nowrap hover:bg-sunken data-[state=open]:bg-sunken',
          chosen ? 'border-accent bg-accent-soft text-fg' : 'border-line-strong bg-surface text-fg-2',
        )}
      >
        {chosen ? (
          <>
            <span className="text-fg-2">{label}</span>
            {chosen.mark}
            <span className="font-medium">{chosen.label}</span>
          </>
        ) : (
          label
        )}
        <ChevronDown aria-hidden size={13} className="text-fg-3" />
      </DropdownMenu.Trigger>
      <MenuContent>
        <DropdownMenu.RadioGroup value={value ?? ''} onValueChange={(next) => onChange((next as T) || undefined)}>
          <ChoiceItem value="">Any</ChoiceItem>
          {choices.map((choice) => (
            <ChoiceItem key={choice.value} value={choice.value}>
              {choice.mark}
              {choice.label}
            </ChoiceItem>
          ))}
        </DropdownMenu.RadioGroup>
      </MenuContent>
    </DropdownMenu.Root>
  );
}

/** The surface of every menu. */
export function MenuContent({ children, align = 'start' }: { children: ReactNode; align?: 'start' | 'end' }) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className="z-40 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 animate-appear overflow-y-auto rounded-lg bg-surface p-1 shadow-overlay"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}

/** Classes of one line in a menu. */
export const menuItemClass =
  'touch flex h-7 items-center gap-2 rounded px-2 outline-none select-none data-highlighted:bg-sunken data-disabled:opacity-50';

/** One of several exclusive values in a menu. */
export function ChoiceItem({ value, children }: { value: string; children: ReactNode }) {
  return (
    <DropdownMenu.RadioItem value={value} className={cx(menuItemClass, 'pr-7')}>
      {children}
      <DropdownMenu.ItemIndicator className="ml-auto -mr-5 text-accent">
        <Check aria-hidden size={14} />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.RadioItem>
  );
}
