/** Whether a name is meant. Case-sensitive. */
export type NameMatcher = (name: string) => boolean;

type Token = { one: string } | { any: 'character' | 'segment' | 'path' };

/**
 * Compiles a name or glob: `*` any characters within a segment, `**` any characters across `/`, `?` one character
 * other than `/`. Matching walks the name once with a set of states, so no pattern makes it slow.
 */
export function compileGlob(pattern: string): NameMatcher {
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  if (pattern === '**') return () => true;
  const tokens = tokenize(pattern);
  return (name) => matches(tokens, name);
}

/** Compiles a list of names and globs into one matcher; plain names are looked up in a set. */
export function compileGlobs(patterns: readonly string[]): NameMatcher {
  const names = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const globs = patterns.filter((pattern) => !names.has(pattern)).map(compileGlob);
  return (name) => names.has(name) || globs.some((glob) => glob(name));
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (const [text] of pattern.matchAll(/\*\*+|[\s\S]/gu)) {
    if (text.startsWith('**')) tokens.push({ any: 'path' });
    else if (text === '*') tokens.push({ any: 'segment' });
    else if (text === '?') tokens.push({ any: 'character' });
    else tokens.push({ one: text });
  }
  return tokens;
}

/** State i = the first i tokens have matched what was read. */
function matches(tokens: Token[], name: string): boolean {
  let states = new Uint8Array(tokens.length + 1);
  enter(states, 0, tokens);
  for (const character of name) {
    const next = new Uint8Array(tokens.length + 1);
    tokens.forEach((token, i) => {
      if (!states[i] || !accepts(token, character)) return;
      enter(next, isRun(token) ? i : i + 1, tokens);
    });
    states = next;
  }
  return states[tokens.length] === 1;
}

/** Marks a state and every state reachable from it by empty runs. */
function enter(states: Uint8Array, state: number, tokens: Token[]): void {
  for (let i = state; states[i] !== 1; i++) {
    states[i] = 1;
    const token = tokens[i];
    if (!token || !isRun(token)) return;
  }
}

const isRun = (token: Token): boolean => 'any' in token && token.any !== 'character';

const accepts = (token: Token, character: string): boolean =>
  'one' in token ? token.one === character : token.any === 'path' || character !== '/';
