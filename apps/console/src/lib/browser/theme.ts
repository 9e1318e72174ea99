import { useSyncExternalStore } from 'react';
import { keepPreference, readPreference } from './storage.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';

const listeners = new Set<() => void>();
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
// Shared with public/theme.js, which applies the choice before the first paint.
const PREFERENCE = 'theme';

function readChoice(): ThemeChoice {
  const stored = readPreference(PREFERENCE);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function applyTheme(): void {
  const choice = readChoice();
  const isDark = choice === 'dark' || (choice === 'system' && prefersDark.matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

prefersDark.addEventListener('change', applyTheme);

/** Remembers the choice and applies it at once. */
export function chooseTheme(choice: ThemeChoice): void {
  keepPreference(PREFERENCE, choice);
  applyTheme();
}

/** The remembered choice: follow the system, or one theme. */
export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribe, readChoice);

const readTheme = () => document.documentElement.dataset.theme ?? 'light';

/** The theme that is on screen: `light` or `dark`. */
export const useTheme = (): string => useSyncExternalStore(subscribe, readTheme);
