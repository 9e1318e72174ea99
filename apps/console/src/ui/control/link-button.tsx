import { Link, type LinkComponentProps } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { type ButtonTone, buttonClass } from './button.tsx';

interface LinkButtonProps extends Pick<LinkComponentProps, 'to' | 'params' | 'search'> {
  tone?: ButtonTone;
  icon?: LucideIcon;
  children: ReactNode;
}

/** A way to another page that looks like an action. */
export function LinkButton({ tone = 'plain', icon: Icon, children, ...link }: LinkButtonProps) {
  return (
    <Link {...link} className={buttonClass(tone)}>
      {Icon && <Icon aria-hidden size={14} strokeWidth={2} />}
      {children}
    </Link>
  );
}
