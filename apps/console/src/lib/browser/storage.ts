/** A small preference of this browser; private windows may refuse to keep it, which costs nothing but the memory. */
export function readPreference(key: string): string | null {
  return read(() => localStorage, key);
}

export function keepPreference(key: string, value: string): void {
  keep(() => localStorage, key, value);
}

/** What holds until this tab is closed, such as a notice that was put away. */
export function readForSession(key: string): string | null {
  return read(() => sessionStorage, key);
}

export function keepForSession(key: string, value: string): void {
  keep(() => sessionStorage, key, value);
}

function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(`mc.${key}`);
  } catch {
    return null;
  }
}

function keep(storage: () => Storage, key: string, value: string): void {
  try {
    storage().setItem(`mc.${key}`, value);
  } catch {
    // storage is blocked: the choice holds until the page is left
  }
}
