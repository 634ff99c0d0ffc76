/**
 * Lets items through `work` in groups, so many groups at a time. Nothing waits in order to be gathered: a group is
 * whoever has come while the ones before were at work, so that a quiet line has groups of one and a busy one
 * shares what a group costs.
 * @param work must not reject: whoever put an item in is told by other means.
 * @returns puts an item into the line.
 */
export function lineUp<T>(
  { atOnce, most }: { readonly atOnce: number; readonly most: number },
  work: (items: readonly T[]) => Promise<void>,
): (item: T) => void {
  const queue: T[] = [];
  let running = 0;
  const start = () => {
    while (running < atOnce && queue.length > 0) {
      running += 1;
      void work(queue.splice(0, most)).finally(() => {
        running -= 1;
        start();
      });
    }
  };
  return (item) => {
    queue.push(item);
    start();
  };
}
