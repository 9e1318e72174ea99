/** At most `max` characters of a text; a longer one is cut and ends in `...`. */
export const toSnippet = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 3).replace(/[\ud800-\udbff]$/, '')}...`;
