const MAX = 8;

/** The beginning of a mention that is being typed at the end of a text, without its `@`. */
export const typedMention = (text: string): string | undefined =>
  /(?:^|\s)@([A-Za-z][\w-]*)?$/.exec(text)?.[1] ?? (/(?:^|\s)@$/.test(text) ? '' : undefined);

/** The word by which an agent is mentioned: the first of its name. */
export const mentionOf = (name: string): string => name.trim().split(/\s+/)[0] ?? '';

/** Names that begin as typed, at most eight. */
export function suggestMentions(names: readonly string[], typed: string): string[] {
  const words = [...new Set(names.map(mentionOf))].filter((word) => /^[A-Za-z][\w-]{0,31}$/.test(word));
  return words.filter((word) => word.toLowerCase().startsWith(typed.toLowerCase())).slice(0, MAX);
}

/** The text with the mention that is being typed completed. */
export const completeMention = (text: string, word: string): string => text.replace(/@[\w-]*$/, `@${word} `);
