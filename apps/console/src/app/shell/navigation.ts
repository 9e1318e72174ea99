import {
  Activity,
  Bot,
  ChartNoAxesCombined,
  CheckCheck,
  FileClock,
  Kanban,
  KeyRound,
  Layers,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  Play,
  Puzzle,
  Radar,
  Rocket,
  ScrollText,
  Server,
  ShieldAlert,
  SlidersHorizontal,
  Tags,
  Users,
  Waypoints,
  Webhook,
  Zap,
} from 'lucide-react';

/** One page of the navigation; `key` is the letter after `g`. */
export interface NavPage {
  to: string;
  label: string;
  icon: LucideIcon;
  key: string;
  /** Not shown to members, who may not read it. */
  isForAdmins?: true;
}

export interface NavGroup {
  label: string;
  pages: readonly NavPage[];
}

/** The page whose link shows how many wait. */
export const APPROVALS: string = '/approvals';

/** The rail: what exists, in the order of an operator's day. */
export const navigation: readonly NavGroup[] = [
  {
    label: 'Fleet',
    pages: [
      { to: '/dashboard', label: 'Overview', icon: LayoutDashboard, key: 'f' },
      { to: '/agents', label: 'Agents', icon: Bot, key: 'n' },
      { to: '/runs', label: 'Runs', icon: Play, key: 'r', isForAdmins: true },
      { to: '/analytics', label: 'Analytics', icon: ChartNoAxesCombined, key: 'i', isForAdmins: true },
      { to: '/graph', label: 'Graph', icon: Waypoints, key: 'g', isForAdmins: true },
    ],
  },
  {
    label: 'Work',
    pages: [
      { to: '/boards', label: 'Boards', icon: Kanban, key: 'b' },
      { to: '/board-groups', label: 'Groups', icon: Layers, key: 'o' },
      { to: APPROVALS, label: 'Approvals', icon: CheckCheck, key: 'a' },
      { to: '/activity', label: 'Activity', icon: Activity, key: 't' },
      { to: '/tags', label: 'Tags', icon: Tags, key: 'l' },
      { to: '/custom-fields', label: 'Custom fields', icon: SlidersHorizontal, key: 'c' },
    ],
  },
  {
    label: 'Govern',
    pages: [
      { to: '/policies', label: 'Policies', icon: ScrollText, key: 'p' },
      { to: '/violations', label: 'Violations', icon: ShieldAlert, key: 'v', isForAdmins: true },
      { to: '/anomalies', label: 'Anomalies', icon: Radar, key: 'y', isForAdmins: true },
      { to: '/breakers', label: 'Breakers', icon: Zap, key: 'e', isForAdmins: true },
      { to: '/audit', label: 'Audit', icon: FileClock, key: 'u', isForAdmins: true },
    ],
  },
  {
    label: 'Connect',
    pages: [
      { to: '/gateways', label: 'Gateways', icon: Server, key: 'w', isForAdmins: true },
      { to: '/deploy-targets', label: 'Deploy targets', icon: Rocket, key: 'd', isForAdmins: true },
      { to: '/webhooks', label: 'Webhooks', icon: Webhook, key: 'h', isForAdmins: true },
      { to: '/skills', label: 'Skills', icon: Puzzle, key: 's', isForAdmins: true },
      { to: '/keys', label: 'Keys', icon: KeyRound, key: 'k', isForAdmins: true },
    ],
  },
  {
    label: 'Organization',
    pages: [
      { to: '/organization', label: 'Members', icon: Users, key: 'm' },
      { to: '/jobs', label: 'Jobs', icon: ListChecks, key: 'j', isForAdmins: true },
    ],
  },
];

export const allPages: readonly NavPage[] = navigation.flatMap((group) => group.pages);

/** The navigation as this person sees it. */
export const navigationFor = (isAdmin: boolean): readonly NavGroup[] =>
  navigation
    .map((group) => ({ ...group, pages: group.pages.filter((page) => isAdmin || !page.isForAdmins) }))
    .filter((group) => group.pages.length > 0);
