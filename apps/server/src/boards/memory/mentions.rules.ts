const MENTION = /@([A-Za-z][\w-]{0,31})/g;
const LEAD = 'lead';

/** Everybody: where a group is told, all of its agents. */
export const ALL = 'all';

/** The names that a text mentions (`@Alex`), in lower case. */
export const parseMentions = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(MENTION)].map(([, name = '']) => name.toLowerCase()));

/** An agent as mentions name it. */
export interface Mentionable {
  name: string;
  is_board_lead: boolean;
}

/** Whether an agent is meant: the lead by `@lead`, and anyone by their whole name or the first word of it. */
export function isMentioned({ name, is_board_lead }: Mentionable, mentions: ReadonlySet<string>): boolean {
  if (is_board_lead && mentions.has(LEAD)) return true;
  const whole = name.trim().toLowerCase();
  const first = whole.split(/\s+/)[0] ?? '';
  return [whole, first].some((called) => called !== '' && called !== LEAD && mentions.has(called));
}
