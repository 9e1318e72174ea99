import { CirclePause, LockOpen, type LucideIcon, Play, Power, RotateCcw, Unplug } from 'lucide-react';
import { useState } from 'react';
import type { Agent, AgentDetail } from '#console/api/contract.ts';
import type { ControlAction } from '#console/api/queries/fleet/agents.ts';
import { Button } from '#console/ui/control/button.tsx';
import { useKillRelease } from '#console/ui/overlay/kill-release.ts';
import { ControlDialog } from './control-dialog.tsx';
import { isHeldByPeople, listKills } from './holds.ts';

interface ActionLook {
  label: string;
  icon: LucideIcon;
}

const looks: Record<ControlAction, ActionLook> = {
  pause: { label: 'Pause', icon: CirclePause },
  resume: { label: 'Resume', icon: Play },
  drain: { label: 'Drain', icon: Unplug },
  retire: { label: 'Retire', icon: Power },
  restore: { label: 'Restore', icon: RotateCcw },
};

/** What can be done with an agent in each state; anything else the server refuses. */
const actions: Record<Agent['control_state'], readonly ControlAction[]> = {
  discovered: [],
  active: ['pause', 'drain', 'retire'],
  draining: ['pause', 'resume'],
  paused: ['resume', 'retire'],
  retired: ['restore'],
};

/** The actions that an agent's state allows, each asking for a reason first; what a kill holds is let go by its release. */
export function ControlButtons({ agent }: { agent: AgentDetail }) {
  const [action, setAction] = useState<ControlAction>();
  const releaseKill = useKillRelease();
  const kills = listKills(agent.holds);
  const isResumable = kills.length === 0 || isHeldByPeople(agent.holds);
  const possible = actions[agent.control_state].filter((name) => name !== 'resume' || isResumable);
  return (
    <>
      {releaseKill &&
        kills.map((killId) => (
          <Button key={killId} icon={LockOpen} tone="primary" onClick={() => releaseKill(killId)}>
            Release the kill…
          </Button>
        ))}
      {possible.map((name) => (
        <Button
          key={name}
          icon={looks[name].icon}
          tone={name === 'retire' ? 'danger' : name === 'resume' || name === 'restore' ? 'primary' : 'plain'}
          onClick={() => setAction(name)}
        >
          {looks[name].label}
        </Button>
      ))}
      {action && <ControlDialog agent={agent} action={action} onClose={() => setAction(undefined)} />}
    </>
  );
}
