import { useEffect, useRef } from 'react';

/** Keys to actions: `j`, `?`, `Escape`, `mod+k`, or a chord such as `g r`. */
export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const CHORD_MS = 1_200;
/** The maps of everything mounted, newest last: the newest answers first. */
const mounted: { current: KeyMap }[] = [];
let first: { key: string; atMs: number } | undefined;

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

const isModalOpen = () => document.querySelector('dialog:modal, [role="menu"]') !== null;

/** The name of a pressed key as KeyMap writes it. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const modifier = event.ctrlKey || event.metaKey ? 'mod+' : event.altKey ? 'alt+' : '';
  return modifier + (event.key.length === 1 && modifier !== '' ? event.key.toLowerCase() : event.key);
}

const findAction = (name: string) => mounted.findLast((map) => map.current[name])?.current[name];

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const name = keyName(event);
  if (!name.startsWith('mod+') && (isTyping(event) || isModalOpen())) return;
  const isChord = first !== undefined && event.timeStamp - first.atMs < CHORD_MS;
  const action = (isChord && findAction(`${first?.key} ${name}`)) || findAction(name);
  first = name.length === 1 ? { key: name, atMs: event.timeStamp } : undefined;
  if (!action) return;
  first = undefined;
  event.preventDefault();
  action(event);
}

/** Listens on the page while mounted. Keys rest while a field has the focus or a dialog is open; `mod+…` always work. */
export function useKeys(keys: KeyMap): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (mounted.length === 0) window.addEventListener('keydown', onKeyDown);
    mounted.push(latest);
    return () => {
      mounted.splice(mounted.indexOf(latest), 1);
      if (mounted.length === 0) window.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
