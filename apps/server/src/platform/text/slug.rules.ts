/** Lower case, runs of anything but letters and digits as one `-`, at most `max` long; empty when nothing is left. */
export const slugify = (text: string, max = 200): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, max)
    .replace(/-+$/, '');
