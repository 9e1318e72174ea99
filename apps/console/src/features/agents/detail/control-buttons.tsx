import { CirclePause, type LucideIcon, Play, Power, RotateCcw, Unplug } from 'lucide-react';
import { useState } from 'react';
import type { Agent } from '#console/api/contract.ts';
import type { ControlAction } from '#console/api/queries/fleet/agents.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ControlDialog } from './control-dialog.tsx';

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

/** The actions that an agent's state allows, each asking for a reason first. */
export function ControlButtons({ agent }: { agent: Agent }) {
  const [action, setAction] = useState<ControlAction>();
  return (
    <>
      {actions[agent.control_state].map((name) => (
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
