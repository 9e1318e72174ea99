import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from '../class-names.ts';

export type ButtonTone = 'primary' | 'plain' | 'ghost' | 'danger';

const tones: Record<ButtonTone, string> = {
  primary: 'bg-accent text-accent-fg hover:bg-accent-hover',
  plain: 'border border-line-strong bg-surface text-fg hover:bg-sunken',
  ghost: 'text-fg-2 hover:bg-sunken hover:text-fg data-[state=open]:bg-sunken',
  danger: 'border border-line-strong bg-surface text-bad hover:border-bad hover:bg-bad-soft',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: ButtonTone;
  icon?: LucideIcon;
  isBusy?: boolean;
  /** For rows of a list. */
  isSmall?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** How an action looks, button or link. */
export const buttonClass = (tone: ButtonTone, isSmall = false) =>
  cx(
    'touch inline-flex shrink-0 items-center justify-center gap-1.5 rounded font-medium whitespace-nowrap select-none disabled:opacity-50 aria-busy:opacity-70',
    isSmall ? 'h-6 px-2 text-sm' : 'h-7 px-2.5',
    tones[tone],
  );

/** A labelled action. */
export function Button({
  tone = 'plain',
  icon: Icon,
  isBusy = false,
  isSmall = false,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={isBusy || undefined}
      className={cx(buttonClass(tone, isSmall), className)}
      {...rest}
      disabled={rest.disabled || isBusy}
    >
      {Icon && <Icon aria-hidden size={14} strokeWidth={2} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string;
  icon: LucideIcon;
  size?: number;
  ref?: Ref<HTMLButtonElement>;
}

/** An action shown as an icon; the label is its name and its tooltip. */
export function IconButton({ label, icon: Icon, size = 15, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        'touch inline-flex size-7 shrink-0 items-center justify-center rounded text-fg-2 hover:bg-sunken hover:text-fg disabled:opacity-40 aria-pressed:bg-sunken aria-pressed:text-fg data-[state=open]:bg-sunken',
        className,
      )}
      {...rest}
    >
      <Icon aria-hidden size={size} strokeWidth={1.9} />
    </button>
  );
}
