const TIMES = 3;

/**
 * The least of up to three measurements of work that is the same each time: what a busy machine or the
 * collector adds comes to some of them, and what the work itself takes is in each.
 * @param enough a measurement below it is the last
 */
export async function leastOfThree(
  enough: number,
  measure: () => Promise<number>,
): Promise<number> {
  let least = Infinity;
  for (let time = 0; time < TIMES && least >= enough; time += 1) {
    least = Math.min(least, await measure());
  }
  return least;
}
