import { Link } from '@tanstack/react-router';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { runLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import type { SessionLine } from './sessions.ts';

interface SessionListProps {
  gatewayId: string;
  lines: readonly SessionLine[];
  openKey: string | undefined;
  nameOf: (agentId: string | undefined) => string;
}

/** Sessions by their agents, the one that moved last first. */
export function SessionList({ gatewayId, lines, openKey, nameOf }: SessionListProps) {
  return (
    <ul>
      {lines.map((line) => (
        <li key={line.key} className="border-b">
          <Link
            to="/gateways/$gatewayId/sessions"
            params={{ gatewayId }}
            search={{ session: line.key }}
            aria-current={line.key === openKey || undefined}
            className={cx('grid gap-0.5 px-4 py-2 hover:bg-sunken sm:px-6', line.key === openKey && 'bg-accent-soft')}
          >
            <span className="flex items-center gap-2">
              <span className="min-w-0 truncate font-medium">
                <ForeignText text={nameOf(line.agentId)} />
              </span>
              {line.isRunning && <Mark look={runLooks.running} label={runLooks.running.word} />}
              <Ago at={line.updatedAt ?? null} className="ml-auto shrink-0 text-sm text-fg-3" />
            </span>
            <span className="truncate text-sm text-fg-2">
              <ForeignText text={toTitle(line, nameOf(line.agentId))} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The label, unless it only repeats the agent's name. */
const toTitle = ({ label, name }: SessionLine, agentName: string): string =>
  label === undefined || label === agentName ? name : label;
