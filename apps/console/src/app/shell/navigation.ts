import { Bot, KeyRound, LayoutDashboard, type LucideIcon, Play, ShieldAlert } from 'lucide-react';

/** One page of the navigation; `key` is the letter after `g`. */
export interface NavPage {
  to: '/dashboard' | '/agents' | '/runs' | '/violations' | '/keys';
  label: string;
  icon: LucideIcon;
  key: string;
}

/** The rail: what exists, in the order of an operator's day. */
export const navigation: readonly { label: string; pages: readonly NavPage[] }[] = [
  {
    label: 'Fleet',
    pages: [
      { to: '/dashboard', label: 'Overview', icon: LayoutDashboard, key: 'f' },
      { to: '/agents', label: 'Agents', icon: Bot, key: 'n' },
      { to: '/runs', label: 'Runs', icon: Play, key: 'r' },
    ],
  },
  { label: 'Govern', pages: [{ to: '/violations', label: 'Violations', icon: ShieldAlert, key: 'v' }] },
  { label: 'Connect', pages: [{ to: '/keys', label: 'Keys', icon: KeyRound, key: 'k' }] },
];

export const allPages: readonly NavPage[] = navigation.flatMap((group) => group.pages);
