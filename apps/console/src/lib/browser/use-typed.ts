import { useEffect, useRef, useState } from 'react';

const PAUSE_MS = 180;

/** Text that follows the keys at once and is handed on when they rest. A change from outside wins over what was typed. */
export function useTyped(value: string, onRest: (value: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const latest = useRef(onRest);
  useEffect(() => {
    latest.current = onRest;
  });
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => latest.current(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return [text, setText];
}
