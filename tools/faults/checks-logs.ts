import type { Evidence } from './evidence.ts';
import { LONGEST_SECRET, SECRET_MARKS, secretsOf } from './load.ts';

/** Of a process that did not end as it should. */
const LAST_LINES = 5;

/** Personal data where everybody may read, and processes of whose words nothing is known. */
export function leaks({ businesses, outputs, tenants }: Evidence): string[] {
  const secrets = businesses.flatMap(({ n }) => secretsOf(n).map((text) => ({ n, text })));
  const places = [
    ...outputs,
    ...tenants.map(({ name, feed }) => ({
      name: `events of ${name}`,
      text: feed.map((one) => one.text).join('\n'),
    })),
  ];
  return [
    ...outputs.filter(({ text }) => text === '').map(({ name }) => `nothing is known of what ${name} said`),
    ...places.flatMap(({ name, text: place }) => {
      const suspect = suspectIn(place);
      // Never the secret itself: this is printed.
      return secrets
        .filter(({ text }) => suspect.includes(text))
        .map(({ n }) => `${name} tells what is private of business ${n}`);
    }),
  ];
}

/** All that can hold a secret: megabytes of text are not searched for each of thousands. */
function suspectIn(place: string): string {
  const pieces: string[] = [];
  for (const mark of SECRET_MARKS) {
    for (let at = place.indexOf(mark); at >= 0; at = place.indexOf(mark, at + mark.length)) {
      pieces.push(place.slice(Math.max(0, at - LONGEST_SECRET), at + mark.length + LONGEST_SECRET));
    }
  }
  return pieces.join('\n');
}

/** Processes that ended by themselves, and those that did not end in good order when they were told to. */
export function badEnds({ exits, deaths, outputs }: Evidence): string[] {
  const lastWords = (name: string) =>
    outputs
      .find((one) => one.name === name)
      ?.text.trim()
      .split('\n')
      .slice(-LAST_LINES)
      .join('\n    ') ?? '';
  return [
    ...deaths
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => `${name} ended by itself ${count} times`),
    ...exits
      .filter(({ code }) => code !== 0)
      .map(({ name, code }) => `${name} ended with ${code}:\n    ${lastWords(name)}`),
  ];
}
