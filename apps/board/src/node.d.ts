/** Named by the rules beside the contracts whose types the board reads; no browser ever runs them. */
declare const Buffer: { byteLength(text: string, encoding: string): number };
