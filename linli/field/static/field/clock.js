// The time as the house counts it. While the app is open a stopwatch runs that no change of the phone's clock touches.

let house = Date.now();
let stopwatch = performance.now();

/** Start from the phone's clock and how far it was from the house's. @param {number} ahead ms */
export function start(ahead) {
  house = Date.now() + ahead;
  stopwatch = performance.now();
}

/** ms since 1970. */
export const now = () => house + (performance.now() - stopwatch);
