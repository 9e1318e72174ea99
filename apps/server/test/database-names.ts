/** The migrated database that every test file clones. */
export const TEMPLATE = 'mc_template';

/** The same server's address with another database. */
export const withDatabase = (url: string, name: string): string => url.replace(/[^/]+$/, name);
