/**
 * The page of the console to go to after signing in: a path of the same origin, else the first page. What a browser
 * would read as another host (`//host`, `/\host`) or as several lines is none.
 */
export function toReturnPath(wanted: string | undefined, baseUrl: string): string {
  if (wanted === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) || wanted.includes('\\')) return '/';
  const url = URL.canParse(wanted, baseUrl) ? new URL(wanted, baseUrl) : undefined;
  return url?.origin === new URL(baseUrl).origin ? `${url.pathname}${url.search}${url.hash}` : '/';
}
