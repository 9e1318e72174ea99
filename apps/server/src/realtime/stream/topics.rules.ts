/** Topics of the work half, open to members as far as they may read. */
const WORK = new Set(['tasks', 'comments', 'approvals', 'memory', 'group_memory', 'agents', 'activity', 'jobs']);
/** Topics of the fleet half; `agents` belongs to both. A graph may say which: `graph:window=1h&agent_type=writer`. */
const FLEET =
  /^(agents|anomalies|breakers|graph(:[^,]{1,300})?|health|kills|policies|runs|violations|run:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const MAX_TOPICS = 50;

/** The topics of `?topics=a,b`; undefined when one is unknown, there is none, or there are too many. */
export function parseTopics(text: string): Set<string> | undefined {
  const topics = new Set(text.split(',').map((topic) => topic.trim()));
  const isKnown = (topic: string) => WORK.has(topic) || FLEET.test(topic);
  return topics.size <= MAX_TOPICS && [...topics].every(isKnown) ? topics : undefined;
}

/** Whether everybody of the organization may listen to it. */
export const isWorkTopic = (topic: string): boolean => WORK.has(topic);

/** Whether it is about the fleet, which admins and keys may read. */
export const isFleetTopic = (topic: string): boolean => FLEET.test(topic);

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+\- ]\d{2}:?\d{2})?)?$/i;

/**
 * The instant of `?since=`; without an offset it is UTC. Undefined for what is blank or unreadable, which counts as
 * missing. A `+` that the client did not escape arrives as a space.
 */
export function parseSince(text: string | undefined): Date | undefined {
  const [, day, time = '00:00', offset = 'Z'] = INSTANT.exec(text?.trim() ?? '') ?? [];
  if (day === undefined) return undefined;
  const zone = offset.replace(' ', '+').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const at = new Date(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** Whether it asks for the graph of calls, which is worked out for its listeners instead of told as facts. */
export const isGraphTopic = (topic: string): boolean => topic === 'graph' || topic.startsWith('graph:');
