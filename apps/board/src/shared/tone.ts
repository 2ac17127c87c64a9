/** How grave it is what something says. */
export type Tone = 'calm' | 'watch' | 'wrong';
