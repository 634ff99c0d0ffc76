import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../test/support/database.ts';
import { cliOver } from '../cli.test-support.ts';
import type { CommandResult, RunCommand } from '../command.ts';
import { setUpEvents } from './webhooks.test-support.ts';

const tail = (...options: string[]) => ['events', 'tail', ...options];
const bodies = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

eachDatabase('events tail', (open) => {
  test('it begins now, prints a line for each event as they come, and ends with 0 at Ctrl-C', async () => {
    const cli = cliOver(await open());
    const { tenant, emit, readable } = setUpEvents(cli);
    const one = await tenant('one');
    await emit(one, 'brand_1', 'BrandSubmitted');
    await readable();
    const later: { eventId: string }[] = [];
    const tailed = cli.follow(tail(), {
      waits: [
        async () => later.push(...(await emit(one, 'brand_1', 'BrandVetted'))),
        () => {},
        async () => later.push(...(await emit(one, 'brand_2', 'BrandSubmitted', 'BrandRejected'))),
      ],
      enough: 3,
    });
    assert.equal(await tailed.ended, 0);
    assert.deepEqual(
      tailed.lines.map((line) => line.split(/ +/).slice(1)),
      [
        ['BrandVetted', 'brand_1', '#2', later[0]?.eventId],
        ['BrandSubmitted', 'brand_2', '#1', later[1]?.eventId],
        ['BrandRejected', 'brand_2', '#2', later[2]?.eventId],
      ],
    );
    assert.match(tailed.lines[0] ?? '', /^2026-01-05T12:00:01\.000Z {2}/);
    assert.match(tailed.notes.join(), /^go on with --after=\S+$/);
  });

  test('--json prints the exact bodies, page after page, and --once ends behind the last', async () => {
    const cli = cliOver(await open());
    const { tenant, emit, readable } = setUpEvents(cli);
    const one = await tenant('one');
    const emitted = await emit(one, 'brand_1', ...Array.from({ length: 230 }, () => 'BrandVetted'));
    await readable();
    const tailed = cli.follow(tail('--from-start', '--once', '--json'));
    assert.equal(await tailed.ended, 0);
    assert.deepEqual(
      tailed.lines,
      emitted.map(({ body }) => body.toString()),
    );
  });

  test('--after goes on behind what was printed last, and neither repeats nor skips', async () => {
    const cli = cliOver(await open());
    const { tenant, emit, readable } = setUpEvents(cli);
    const one = await tenant('one');
    await emit(one, 'brand_1', 'BrandSubmitted', 'BrandVetted');
    await readable();
    const first = cli.follow(tail('--from-start', '--json'));
    assert.equal(await first.ended, 0);
    await emit(one, 'brand_1', 'BrandRejected');
    await readable();
    const option = /--after=\S+/.exec(first.notes.join())?.[0] ?? assert.fail('no cursor was named');
    const second = cli.follow(tail(option, '--once', '--json'));
    assert.equal(await second.ended, 0);
    const sequences = bodies([...first.lines, ...second.lines]).map(({ sequence }) => sequence);
    assert.deepEqual(sequences, [1, 2, 3]);
  });

  test('what is asked for is printed, of one tenant alone', async () => {
    const cli = cliOver(await open());
    const { tenant, emit, readable } = setUpEvents(cli);
    const [one, two] = [await tenant('one'), await tenant('two')];
    await emit(one, 'brand_1', 'BrandSubmitted', 'BrandVetted');
    await emit(one, 'brand_2', 'BrandSubmitted', 'BrandRejected');
    await emit(two, 'brand_3', 'BrandSubmitted');
    await readable();
    const seen = async (...options: string[]) => {
      const tailed = cli.follow(tail('--from-start', '--once', '--json', ...options));
      assert.equal(await tailed.ended, 0, tailed.notes.join());
      return bodies(tailed.lines).map(({ aggregateId, sequence }) => `${aggregateId} ${sequence}`);
    };
    assert.deepEqual(await seen('--tenant', 'two'), ['brand_3 1']);
    assert.deepEqual(await seen('--tenant', one.tenantId, '--aggregate', 'brand_2'), [
      'brand_2 1',
      'brand_2 2',
    ]);
    assert.deepEqual(await seen('--tenant', 'one', '--type', 'BrandVetted, BrandRejected'), [
      'brand_1 2',
      'brand_2 2',
    ]);
    assert.deepEqual(await seen('--tenant', 'two', '--aggregate', 'brand_1'), []);

    const unnamed = cli.follow(tail('--once'));
    assert.equal(await unnamed.ended, 2);
    assert.match(unnamed.notes.join(), /several tenants: name one with --tenant/);
  });

  test('an instance that is away for a while costs no event and is told once', async () => {
    const cli = cliOver(await open());
    const { tenant, emit } = setUpEvents(cli);
    const one = await tenant('one');
    let away = false;
    const ask: RunCommand = async (argv) => (away ? gone('no service runs there') : cli.run(...argv));
    const tailed = cli.follow(tail('--json'), {
      reach: { ask, askRunning: ask },
      waits: [
        () => emit(one, 'brand_1', 'BrandSubmitted'),
        async () => {
          away = true;
          await emit(one, 'brand_1', 'BrandVetted');
        },
        () => emit(one, 'brand_1', 'BrandRejected'),
        () => {},
        () => {
          away = false;
        },
      ],
      enough: 3,
    });
    assert.equal(await tailed.ended, 0);
    assert.deepEqual(
      bodies(tailed.lines).map(({ sequence }) => sequence),
      [1, 2, 3],
    );
    assert.deepEqual(tailed.notes.slice(0, 2), ['no service runs there; waiting', 'going on']);
    assert.equal(tailed.notes.length, 3);
  });

  test('after a quarter of an hour of absence it gives up with 1; what is refused for good is not asked again', async () => {
    const cli = cliOver(await open());
    let asked = 0;
    const ask: RunCommand = async () => {
      asked += 1;
      return gone('no service runs there');
    };
    const tailed = cli.follow(tail(), {
      reach: { ask, askRunning: ask },
      waits: Array(1_000).fill(() => {}),
    });
    assert.equal(await tailed.ended, 1);
    assert.equal(asked, 901);
    const once = cli.follow(tail('--once'), { reach: { ask, askRunning: ask } });
    assert.equal(await once.ended, 1);
    assert.equal(asked, 902);

    await setUpEvents(cli).tenant('one');
    for (const options of [
      ['--after', 'nonsense'],
      ['--tenant', 'ten_nobody'],
    ]) {
      const refused = cli.follow(tail(...options), { waits: [() => assert.fail('it went on')] });
      assert.equal(await refused.ended, 1, options.join());
      assert.match(refused.notes.join(), /nextCursor|Tenant ten_nobody not found/);
    }
  });

  test('what is in an event cannot steer the terminal, as a line or as JSON', async () => {
    const cli = cliOver(await open());
    const { tenant, emit, readable } = setUpEvents(cli);
    await emit(await tenant('one'), 'brand_1\u001b[2J\u009b2J\u202e', 'BrandVetted');
    await readable();
    for (const option of ['--once', '--json']) {
      const tailed = cli.follow(tail('--once', '--from-start', option));
      assert.equal(await tailed.ended, 0);
      assert.equal(tailed.lines.length, 1);
      assert.doesNotMatch(tailed.lines.join(), /\p{C}/u);
    }
  });

  test('a command line that cannot be meant asks nobody', async () => {
    const ask: RunCommand = () => assert.fail('asked');
    const cli = cliOver(await open());
    for (const options of [
      ['--type', 'BrandVeted'],
      ['--after', 'x', '--from-start'],
      ['--aggregate='],
      ['brand_1'],
    ]) {
      const refused = cli.follow(tail(...options), { reach: { ask, askRunning: ask } });
      assert.equal(await refused.ended, 2, options.join());
      assert.match(refused.notes.join(), /^.+\nUsage: npm run cli -- events tail /);
    }
    const step = cli.follow(['events', 'page'], { reach: { ask, askRunning: ask } });
    assert.equal(await step.ended, 2);
    assert.match(step.notes.join(), /^unknown command/);
  });
});

function gone(message: string): CommandResult {
  return { exitCode: 1, stdout: '', stderr: `${message}\n`, passing: true };
}
