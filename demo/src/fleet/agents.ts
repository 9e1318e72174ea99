import { isToolMessage } from '@langchain/core/messages';
import { init, run } from '@mission-control/sdk';
import { guard, instrument } from '@mission-control/sdk/langgraph';
import type { Pace } from '../model/scripted-model.ts';
import type { createTools } from '../tools/fleet-tools.ts';
import { toMessage } from './assignment.ts';
import { createOrchestrator, type Delegate, type SpecialistName } from './orchestrator.ts';
import { createSpecialist } from './specialists.ts';
import type { Task } from './task.ts';

/** Priced as the models they are named after; the suffix says what they are. */
const SMALL = 'gpt-5-mini-scripted';
const LARGE = 'gpt-5-scripted';

interface Specialty {
  agent: SpecialistName;
  tools: string[];
  model: string;
  slaMs: number;
}

/** What each specialist declares. Nobody declares `mail/send`: when the writer tries it, Mission Control stops the call. */
const SPECIALISTS: Specialty[] = [
  { agent: 'researcher', tools: ['docs/search', 'docs/read'], model: SMALL, slaMs: 10_000 },
  {
    agent: 'analyst',
    tools: ['index/related', 'stats/count', 'docs/outline', 'docs/read'],
    model: SMALL,
    slaMs: 10_000,
  },
  { agent: 'writer', tools: ['notes/save'], model: LARGE, slaMs: 15_000 },
];

/** Registers the four agents of this process with the server that MC_URL and MC_KEY name. */
export const enrol = () =>
  init({
    agent: 'orchestrator',
    manifest: {
      tools: [],
      subagents: SPECIALISTS.map(({ agent }) => agent),
      model: { provider: 'openai', name: LARGE },
      latency_sla_ms: 40_000,
    },
    agents: SPECIALISTS.map(({ agent, tools, model, slaMs }) => ({
      agent,
      manifest: { tools, model: { provider: 'openai', name: model }, latency_sla_ms: slaMs },
    })),
  });

/** The calls of a task that did not go through at first. */
export interface Refusals {
  blocked: string[];
  limited: number;
}

/** The fleet: call what this returns with a task and the orchestrator has it done. */
export function createFleet(tools: ReturnType<typeof createTools>, pace: Pace, onRefusals: (found: Refusals) => void) {
  const reading = guard([tools.search, tools.read], { 'docs/search': 'read', 'docs/read': 'read' });
  const weighing = guard([tools.related, tools.count, tools.outline, tools.read], {
    'index/related': 'read',
    'stats/count': 'pure',
    'docs/outline': 'read',
    'docs/read': 'read',
  });
  const writing = guard([tools.save, tools.mail], { 'notes/save': 'idempotent_write', 'mail/send': 'non_idempotent' });

  const researcher = instrument(createSpecialist(SMALL, reading, pace));
  const analyst = instrument(createSpecialist(SMALL, weighing, pace));
  const verifier = instrument(createSpecialist(SMALL, weighing, pace, { strict: true }));
  const writer = instrument(createSpecialist(LARGE, writing, pace));
  const specialists = { researcher, analyst, writer };

  const delegate: Delegate = async (name, assignment) => {
    const specialist = assignment.step === 'verify' ? verifier : specialists[name];
    const child = { agent: name, name: `${assignment.step}: ${assignment.topic}`, input: assignment };
    const { messages } = await run(child, () => specialist.invoke({ messages: [toMessage(assignment)] }));
    onRefusals(findRefusals(messages.filter(isToolMessage)));
    return messages;
  };
  const orchestrator = instrument(createOrchestrator(pace, LARGE, delegate));
  return (task: Task, signal: AbortSignal) =>
    run({ name: task.topic, input: task }, () => orchestrator.invoke({ task }, { signal }));
}

function findRefusals(results: { name?: string | undefined; status?: string | undefined; text: string }[]): Refusals {
  const refused = results.filter(({ status }) => status === 'error');
  const limited = refused.filter(({ text }) => text.includes('429')).length;
  return { limited, blocked: refused.filter(({ text }) => !text.includes('429')).map(({ name }) => name ?? '') };
}
