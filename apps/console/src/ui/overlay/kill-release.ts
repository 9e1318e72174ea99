import { createContext, useContext } from 'react';

type ReleaseKill = (killId: string) => void;

/** Opens the release of a kill over the page; undefined for whoever may not release one. */
export const KillRelease = createContext<ReleaseKill | undefined>(undefined);

export const useKillRelease = (): ReleaseKill | undefined => useContext(KillRelease);
