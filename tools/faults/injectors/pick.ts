import type { FleetProcess, World } from '../world.ts';

/** One of them. Throws when there is none. */
export function pick<T>(of: readonly T[], random: () => number): T {
  const chosen = of[Math.floor(random() * of.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}

/** A process that is up, of whatever role. */
export function pickProcess(world: World, random: () => number): FleetProcess {
  return pick(
    world.processes().filter(({ running }) => running),
    random,
  );
}

/** A number from `least` up to below `most`. */
export function between(least: number, most: number, random: () => number): number {
  return least + random() * (most - least);
}
