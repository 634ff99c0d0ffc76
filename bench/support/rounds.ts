/**
 * Runs the contenders in turn, once a round; who begins rotates, so that none always has the warm or the tired
 * machine. Answers the values of each, one a round. A contender that throws ends the whole.
 */
export async function interleaved<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      if (name) values[name].push(await contenders[name]());
    }
  }
  return values;
}
