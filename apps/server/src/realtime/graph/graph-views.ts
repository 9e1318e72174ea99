import type { Context, Platform } from '#server/platform/context.ts';
import { formatMessage } from '#server/platform/http/sse.ts';
import { type Graph, readGraph, toDiff } from '#server/telemetry/index.ts';
import type { Seat } from '../hub/seats.ts';
import type { Admission } from '../listeners/reach.rules.ts';
import { isGraphTopic } from '../stream/topics.rules.ts';
import { parseGraphTopic } from './graph-topic.ts';

const EVERY_MS = 2_000;
/** So soon after a change of health, which comes in groups. */
const HURRY_MS = 100;
/** A longer message is not sent: the client reads the graph by itself. */
const MAX_CHARACTERS = 64 * 1024;

/** What was told of one graph to all who asked for it with the same rights. */
interface View {
  /** No two states of any view have the same. */
  rev: number;
  told: Graph;
}

/** One who asked for a graph, and what it was told last. */
interface Viewer {
  seat: Seat;
  topic: string;
  rev: number | undefined;
}

/** Graphs of calls for those who listen: nothing is worked out while nobody does. */
export interface GraphViews {
  /** Tells a seat the graphs that it asked for, and from then on what changes. */
  enter(seat: Seat): void;
  leave(seat: Seat): void;
  /** Looks at once: a colour has changed. */
  hurry(): void;
  stop(): void;
}

/** `gone` is called with a seat whose client no longer reads. */
export function createGraphViews(platform: Platform, gone: (seat: Seat) => void): GraphViews {
  const viewers = new Set<Viewer>();
  let views = new Map<string, View>();
  let lastRev = 0;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isHurried = false;

  const wait = (ms: number): void => {
    clearTimeout(timer);
    if (viewers.size > 0 && !isLooking) timer = setTimeout(look, ms).unref();
  };
  const hurry = (): void => {
    isHurried = true;
    wait(HURRY_MS);
  };
  const readView = async (viewer: Viewer, admission: Admission, before: View | undefined): Promise<Next> => {
    const query = parseGraphTopic(viewer.topic);
    const ofBoard = admission.boardId === undefined ? query : { ...query, board_id: admission.boardId };
    const graph = await readGraph(toContext(platform, viewer.seat.listener.orgId, admission), ofBoard);
    const { diff, told } = before ? toDiff(before.told, graph) : { diff: undefined, told: graph };
    const view = before && !diff ? before : { rev: ++lastRev, told };
    return { view, base: before?.rev, ...toMessages(viewer.topic, view, diff && { base: before?.rev, ...diff }) };
  };
  const tellAll = (group: Viewer[], next: Next): void => {
    for (const viewer of group) if (viewers.has(viewer) && !tell(viewer, next)) gone(viewer.seat);
  };
  const look = async (): Promise<void> => {
    isLooking = true;
    isHurried = false;
    const kept = new Map<string, View>();
    for (const [key, { admission, group }] of groupByView(viewers)) {
      const next = await readView(group[0], admission, views.get(key)).catch((error) => {
        platform.log.warn({ err: error }, 'a graph could not be read for its listeners; it is tried again');
      });
      if (!next) continue;
      kept.set(key, next.view);
      tellAll(group, next);
    }
    views = kept;
    isLooking = false;
    wait(isHurried || [...viewers].some(({ rev }) => rev === undefined) ? HURRY_MS : EVERY_MS);
  };

  return {
    enter(seat) {
      for (const topic of seat.topics) if (isGraphTopic(topic)) viewers.add({ seat, topic, rev: undefined });
      if ([...seat.topics].some(isGraphTopic)) wait(0);
    },
    leave(seat) {
      for (const viewer of viewers) if (viewer.seat === seat) viewers.delete(viewer);
    },
    hurry,
    stop: () => clearTimeout(timer),
  };
}

interface Group {
  admission: Admission;
  /** Never empty. */
  group: [Viewer, ...Viewer[]];
}

/** Those who see the same: the same graph of one organization with the same rights. Whose rights are being looked at waits. */
function groupByView(viewers: Iterable<Viewer>): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const viewer of viewers) {
    const { orgId, admission, isHeld } = viewer.seat.listener;
    if (isHeld || !admission) continue;
    const key = [orgId, viewer.topic, admission.boardId, toRights(admission)].join(' ');
    const known = groups.get(key);
    if (known) known.group.push(viewer);
    else groups.set(key, { admission, group: [viewer] });
  }
  return groups;
}

function toRights({ caller }: Admission): string {
  if (caller.kind !== 'user') return 'all';
  return caller.allBoardsRead || caller.allBoardsWrite ? 'all' : caller.memberId;
}

const toContext = (platform: Platform, orgId: string, { caller, actorId }: Admission): Context => ({
  ...platform,
  orgId,
  caller,
  actor: { kind: caller.kind === 'user' ? 'user' : 'service_key', id: actorId },
});

interface Messages {
  /** For who was told the state before. */
  change: string;
  /** For who was told anything else, or nothing. */
  whole: string;
}

interface Next extends Messages {
  view: View;
  base: number | undefined;
}

function toMessages(topic: string, { rev, told }: View, diff: object | undefined): Messages {
  const resync = formatMessage({ event: 'resync', data: { topic, rev } });
  const short = (text: string) => (text.length > MAX_CHARACTERS ? resync : text);
  return {
    change: diff ? short(formatMessage({ event: 'graph', data: { topic, rev, ...diff } })) : '',
    whole: short(formatMessage({ event: 'snapshot', data: { topic, rev, ...told } })),
  };
}

/** Sends what a viewer lacks; false when its client is gone. */
function tell(viewer: Viewer, { view, base, change, whole }: Next): boolean {
  if (viewer.rev === view.rev) return true;
  const text = viewer.rev !== undefined && viewer.rev === base ? change : whole;
  viewer.rev = view.rev;
  return viewer.seat.write(text);
}
