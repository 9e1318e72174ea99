import { z } from 'zod';
import { toText } from './content.ts';
import type { Fact, FactBody, Origin } from './fact.ts';
import { instantMs, lenient, runId, text } from './field.schema.ts';
import { readApproval } from './read-approval.ts';
import { readChat } from './read-chat.ts';
import { readLifecycle } from './read-lifecycle.ts';
import { readMessage } from './read-message.ts';

/** Streams of a run that only a live view needs. */
const LIVE_STREAMS = new Set(['assistant', 'usage', 'thinking', 'run_status']);

const Head = z.looseObject({
  stream: lenient(text),
  state: lenient(text),
  data: lenient(z.looseObject({ phase: lenient(text) })),
});

const APPROVAL = /^(?:exec|plugin)\.approval\.(?:requested|resolved)$/;
const RUN_EVENTS = new Set(['agent', 'chat', 'session.tool']);

/** Whether a frame may tell something that is stored; what only live views need comes again, complete. */
export function isTelling(event: string, payload: unknown): boolean {
  if (!RUN_EVENTS.has(event)) return event === 'session.message' || APPROVAL.test(event);
  const head = Head.safeParse(payload);
  if (!head.success) return false;
  const { stream = '', state, data } = head.data;
  if (event === 'chat') return state !== 'delta';
  return !(LIVE_STREAMS.has(stream) || data?.phase === 'update' || data?.phase === 'delta');
}

const RunEvent = z.looseObject({
  runId,
  sessionKey: lenient(text),
  agentId: lenient(text),
  stream: lenient(text),
  ts: lenient(instantMs),
  isHeartbeat: lenient(z.boolean()),
  spawnedBy: lenient(text),
  data: z.looseObject({}).catch({}),
});
type RunEvent = z.infer<typeof RunEvent>;

/** What a frame says about runs. Unknown events and fields are passed over. */
export function readFrame(event: string, payload: unknown): Fact[] {
  if (event === 'session.message') return readMessage(payload);
  if (APPROVAL.test(event)) return readApproval(payload);
  if (!RUN_EVENTS.has(event)) return [];
  const parsed = RunEvent.safeParse(payload);
  if (!parsed.success) return [];
  const { runId: run, sessionKey = null, agentId = null, ts = null } = parsed.data;
  const origin: Origin = { run, sessionKey, agentId, at: ts };
  const bodies = event === 'chat' ? readChat(payload) : readAgent(parsed.data);
  return [{ t: 'seen' as const }, ...toCircumstances(parsed.data), ...bodies].map((body) => ({ ...origin, ...body }));
}

const toCircumstances = ({ isHeartbeat, spawnedBy }: RunEvent): FactBody[] => [
  ...(isHeartbeat ? [{ t: 'triggered' as const, trigger: { kind: 'heartbeat' as const, name: null } }] : []),
  ...(spawnedBy ? [{ t: 'spawned' as const, parentSessionKey: spawnedBy }] : []),
];

function readAgent({ stream, data, ts }: RunEvent): FactBody[] {
  if (stream === 'lifecycle') return readLifecycle(data, ts);
  if (stream === 'tool') return readTool(data, ts);
  if (stream === 'item') return readItem(data);
  return stream === 'command_output' ? readCommandEnd(data) : [];
}

const Tool = z.looseObject({
  phase: text,
  name: lenient(text),
  toolCallId: text,
  args: z.unknown().optional(),
  isError: lenient(z.boolean()),
  result: lenient(
    z.looseObject({
      content: z.unknown().optional(),
      details: lenient(z.looseObject({ exitCode: lenient(z.number().int()) })),
    }),
  ),
});

function readTool(data: unknown, ts: number | undefined): FactBody[] {
  const parsed = Tool.safeParse(data);
  if (!parsed.success) return [];
  const { phase, name, toolCallId: key, args, isError, result } = parsed.data;
  const named: FactBody[] = name ? [{ t: 'tool.named', key, name }] : [];
  if (phase === 'start')
    return [
      ...named,
      { t: 'tool.asked', key, args: { v: args ?? null }, rank: 2 },
      ...(ts === undefined ? [] : [{ t: 'tool.started' as const, key, startedAt: ts, rank: 2 }]),
    ];
  if (phase !== 'result') return [];
  const exitCode = result?.details?.exitCode ?? null;
  const answer = { isError: isError === true, exitCode, text: toText(result?.content) };
  return [
    ...named,
    { t: 'tool.answered', key, result: answer, rank: 3 },
    ...(ts === undefined ? [] : [{ t: 'tool.ended' as const, key, endedAt: ts, rank: 2 }]),
  ];
}

const Item = z.looseObject({
  kind: z.literal('tool'),
  toolCallId: text,
  name: lenient(text),
  startedAt: lenient(instantMs),
  endedAt: lenient(instantMs),
});

/** Tool frames carry no times of their own; their items do. */
function readItem(data: unknown): FactBody[] {
  const parsed = Item.safeParse(data);
  if (!parsed.success) return [];
  const { toolCallId: key, name, startedAt, endedAt } = parsed.data;
  return [
    ...(name ? [{ t: 'tool.named' as const, key, name }] : []),
    ...(startedAt === undefined ? [] : [{ t: 'tool.started' as const, key, startedAt, rank: 3 }]),
    ...(endedAt === undefined ? [] : [{ t: 'tool.ended' as const, key, endedAt, rank: 3 }]),
  ];
}

const CommandEnd = z.looseObject({
  phase: z.literal('end'),
  toolCallId: text,
  name: lenient(text),
  output: lenient(z.string()),
  exitCode: lenient(z.number().int()),
});

/** Stands in for a tool's result that was missed. */
function readCommandEnd(data: unknown): FactBody[] {
  const parsed = CommandEnd.safeParse(data);
  if (!parsed.success) return [];
  const { toolCallId: key, name, output = '', exitCode } = parsed.data;
  const result = { isError: exitCode === undefined, exitCode: exitCode ?? null, text: toText(output) };
  return [...(name ? [{ t: 'tool.named' as const, key, name }] : []), { t: 'tool.answered', key, result, rank: 1 }];
}
