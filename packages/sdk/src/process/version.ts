/** How this SDK names itself to the server. */
export const SDK = 'ts/0.1.0';
