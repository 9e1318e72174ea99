/** A token of the theme that a chart may draw with. */
export type ChartColor = 'accent' | 'fg-3' | 'ok' | 'warn' | 'bad' | 'run' | 'idle';

/** What a token of the theme resolves to now; a canvas knows no variables. */
export const readToken = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
