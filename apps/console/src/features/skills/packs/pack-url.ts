const GITHUB = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+?(\.git)?\/?$/i;

/** What is wrong with the address of a repository; the server has the last word. */
export function findUrlFault(url: string): string | undefined {
  const text = url.trim();
  if (text === '') return 'Give the address of the repository.';
  if (!/^https:\/\/github\.com\//i.test(text)) return 'An address that begins with https://github.com/.';
  return GITHUB.test(text) ? undefined : 'The address of a whole repository: https://github.com/owner/repository.';
}
