import type { Schemas } from '../../src/registration/contract.gen.ts';
import { submitBrand } from './become-ready.ts';
import { MISNAMED, RIGHT_NAME } from './business.ts';
import { type Stage, until } from './stage.ts';
import { showRequest } from './watch.ts';

type Brand = Schemas['Brand'];

/** A brand is rejected for its legal name, edited, submitted again and vetted. */
export async function mendRejection(stage: Stage): Promise<void> {
  const { screen, client, signal } = stage;
  const made = await client.call<Brand>('POST', '/brands', { body: MISNAMED, expect: 201 });
  const { brandId } = made.body;
  showRequest(
    screen,
    'brand',
    'POST /v1/brands',
    201,
    `${made.body.status.phase}, legalName "${MISNAMED.legalName}"`,
  );
  await submitBrand(stage, brandId);
  await reach(stage, brandId, 'REJECTED', 'BrandRejected');

  const rejected = await client.call<Brand>('GET', `/brands/${brandId}`, { expect: 200 });
  const why = rejected.body.status.conditions.find(({ type }) => type === 'Vetted');
  if (why?.field !== 'legalName') throw new Error('the brand was not rejected for its legalName');
  for (const text of [`${why.field}: ${why.message}`, `to do: ${why.remediation}`]) {
    screen.row({ what: '', of: 'brand', text });
  }

  const edit = { body: { legalName: RIGHT_NAME }, ifMatch: rejected.etag ?? '' };
  await client.call('PATCH', `/brands/${brandId}`, { ...edit, expect: 200 });
  const request = 'PATCH /v1/brands/{id}';
  showRequest(screen, 'brand', request, 200, `If-Match ${edit.ifMatch}, legalName "${RIGHT_NAME}"`);
  await client.call('PATCH', `/brands/${brandId}`, { ...edit, expect: 412 });
  showRequest(
    screen,
    'brand',
    request,
    412,
    `If-Match ${edit.ifMatch} again: refused, the brand has moved on`,
  );
  signal.throwIfAborted();
  await submitBrand(stage, brandId);
  await reach(stage, brandId, 'VETTED', 'BrandVetted');
}

/** Until the brand is in the phase and its event has arrived. Throws when it ends in the other one. */
async function reach(
  { client, receiver, watch, signal }: Stage,
  brandId: string,
  phase: 'VETTED' | 'REJECTED',
  event: string,
): Promise<void> {
  await until(`${phase} and ${event}`, signal, async () => {
    const { status } = (await client.call<Brand>('GET', `/brands/${brandId}`, { expect: 200 })).body;
    watch.status('brand', brandId, status);
    if (status.phase !== phase && status.phase !== 'SUBMITTED') {
      throw new Error(`the brand was to become ${phase} and is ${status.phase}`);
    }
    return status.phase === phase && receiver.has(event, brandId);
  });
}
